"""A small tree for tests: Nampula's districts and posts as the platform spells them, with invented small places.

Source of districts and posts: helpdesk requirements, "Nampula: districts". Localities and villages are fictional.
"""

from functools import cache

from intake.places import Area, AreaType, Gazetteer

POSTS = {
    "Angoche": ("AngocheSede", "Aube", "Namaponda", "Namitoria"),
    "Erati": ("Alua", "Namapa", "Namiroa", "Namroa"),
    "Ilha De Mocambique": ("Ilha", "Lumbo"),
    "Lalaua": ("Lalaua Sede", "Meti"),
    "Larde": ("LardeSede", "Mucuali"),
    "Liupo": ("Liupo Sede", "Quinga"),
    "Malema": ("Malema_Sede", "Mutuali", "Chuhulo"),
    "Meconta": ("Meconta Sede", "Namialo", "Corrane", "7 De Abril"),
    "Mecuburi": ("Mecuburi", "Milhana", "Muite", "Namina"),
    "Memba": ("MembaSede", "Chipene", "Lurio", "Mazua"),
    "Mogincual": ("Namige", "Quixaxe"),
    "Mogovolas": ("Nametil", "Calipo", "Iuluti", "Muatua", "NanhupoRio"),
    "Moma": ("Moma", "Chalaua"),
    "Monapo": ("Monapo Sede", "Itoculo", "Netia"),
    "Mossuril": ("Mossuril Sede", "Lunga", "Matibane"),
    "Muecate": ("Muecate Sede", "Imala", "Muculuone"),
    "Murrupula": ("Murrupula Sede", "Chinga", "Nihessiue"),
    "Nacala A Velha": ("Covo Ger Ger", "GerGer", "Salinas Sede", "Barragem"),
    "Nacala Porto": ("Muanona", "Mutiva"),
    "Nacaroa": ("Nacaroa Sede", "Inteta", "SauaSaua"),
    "Nampula": (
        "Anchilo", "Mucova", "Muhala", "Namicopo", "Napipine", "Urbano Central", "Muatala", "Natikiri",
    ),
    "Rapale": ("RapaleSede", "Mutivaze", "Namaita", "Rapale"),
    "Ribaue": ("Ribaue Sede", "Cunle", "Iapala"),
}  # fmt: skip

# District, post → locality → villages; all invented, some names twice, some like everyday words or first names.
SMALL_PLACES: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("Angoche", "AngocheSede"): {"Johar Novo": ("Bairro Horta A", "Bairro Horta B", "Namucuto")},
    ("Angoche", "Aube"): {"Aube": ("Nacuteia", "Mulapane", "Escola"), "Catamoio": ("Nivolone", "Murrapaniua")},
    ("Angoche", "Namaponda"): {
        "Namaponda": ("Nacutoma", "Mulapane", "Amina", "Muhapo"),
        "Nao Aplicavel": ("Triangulo Velho",),
    },
    ("Angoche", "Namitoria"): {"Namitoria": ("Nametoa", "Angoche")},
    ("Memba", "MembaSede"): {"Memba": ("Nacutoma", "Simuco Novo"), "Tropene": ("Namucuto", "Nahage")},
    ("Memba", "Chipene"): {"Chipene": ("Mulapane", "Namaponda", "Murrimba")},
    ("Moma", "Moma"): {"Moma": ("Pilivila", "Mucoroge Dois")},
    ("Moma", "Chalaua"): {"Chalaua": ("Nacutoma", "Metil Um")},
    ("Ribaue", "Ribaue Sede"): {"Ribaue Sede": ("Muhiliale A", "Muhiliale B", "Nametoria")},
    ("Mecuburi", "Mecuburi"): {"Mecuburi": ("Ratane", "Popue")},
    ("Meconta", "7 De Abril"): {"Japir Novo": ("25 De Setembro", "Mutarauatane")},
}


def code_of(*path: str) -> str:
    """The code of the area with these names from the district down; `code_of()` is the province."""
    return "-".join(("np", *(name.replace(" ", "").lower() for name in path)))


def areas() -> list[Area]:
    """The whole tree, parents first."""
    found = [
        Area("mz", "MOZAMBIQUE", AreaType.COUNTRY, None),
        Area(code_of(), "Nampula", AreaType.PROVINCE, "mz"),
    ]
    for district, posts in POSTS.items():
        found.append(Area(code_of(district), district, AreaType.DISTRICT, code_of()))
        for post in posts:
            found.append(Area(code_of(district, post), post, AreaType.POST, code_of(district)))
            found += _below_post(district, post)
    return found


def _below_post(district: str, post: str) -> list[Area]:
    found = []
    for locality, villages in SMALL_PLACES.get((district, post), {}).items():
        path = (district, post, locality)
        found.append(Area(code_of(*path), locality, AreaType.LOCALITY, code_of(district, post)))
        found += [Area(code_of(*path, each), each, AreaType.VILLAGE, code_of(*path)) for each in villages]
    return found


@cache
def gazetteer() -> Gazetteer:
    """One gazetteer of this tree for all tests."""
    return Gazetteer(areas())
