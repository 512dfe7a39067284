"""Places as people name them: official, accented, misspelt, shared, and words that are no places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.places import MOST_CANDIDATES, Area, AreaType, Gazetteer, Mention, Place
from intake.places.names import DISTRICT_SPELLINGS
from intake.places.ordinary import ORDINARY
from intake.places.words import fold, split_name
from tests.unit.nampula import POSTS, areas, code_of, gazetteer

ANGOCHE, MEMBA, LALAUA = code_of("Angoche"), code_of("Memba"), code_of("Lalaua")
CODES = [area.code for area in areas()]
HOMES = st.sampled_from([None, "unknown", *CODES])


def told(mention: Mention) -> str | tuple[str, ...] | None:
    """What a mention says: a label, labels to choose from, or nothing."""
    return mention.place.label if mention.place else tuple(each.label for each in mention.candidates) or None


def named(text: str, home: str | None = None) -> str | tuple[str, ...] | None:
    return told(gazetteer().named(text, home))


def mentioned(text: str, home: str | None = None) -> str | tuple[str, ...] | None:
    return told(gazetteer().mentioned(text, home))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Aube", "Angoche, Aube"),
        ("aube.", "Angoche, Aube"),
        ("Namaponda, Angoche", "Angoche, Namaponda"),
        ("Angoche Namaponda", "Angoche, Namaponda"),
        ("posto de Namaponda, distrito de Angoche", "Angoche, Namaponda"),
        ("Angoche - Namaponda", "Angoche, Namaponda"),
        ("ANGOCHE", "Angoche"),
        ("Angoche Sede", "Angoche, Angoche Sede"),
        ("AngocheSede", "Angoche, Angoche Sede"),
        ("sede de Angoche", "Angoche, Angoche Sede"),
        ("Malema_Sede", "Malema, Malema Sede"),
        ("malema-sede", "Malema, Malema Sede"),
        ("Ribaue", "Ribáuè"),
        ("Ribáuè", "Ribáuè"),
        ("Ribaue Sede", "Ribáuè, Ribáuè Sede"),
        ("mecuburi", "Mecubúri"),
        ("Nacaroa", "Nacarôa"),
        ("Ilha de Moçambique", "Ilha de Moçambique"),
        ("ilha mocambique", "Ilha de Moçambique"),
        ("nacala-a-velha", "Nacala-a-Velha"),
        ("Nacalaavelha", "Nacala-a-Velha"),
        ("Nacala Velha", "Nacala-a-Velha"),
        ("Velha", "Nacala-a-Velha"),
        ("nacala porto", "Nacala Porto"),
        ("Nacala-Porto", "Nacala Porto"),
        ("Porto", "Nacala Porto"),
        ("cidade de Nampula", "Nampula (cidade)"),
        ("Nampula cidade", "Nampula (cidade)"),
        ("Nampula-Rapale", "Rapale"),
        ("Muhala", "Nampula (cidade), Muhala"),
        ("Saua Saua", "Nacarôa, Saua Saua"),
        ("covo gerger", "Nacala-a-Velha, Covo Ger Ger"),
        ("Nanhupo Rio", "Mogovolas, Nanhupo Rio"),
        ("7 de Abril", "Meconta, 7 De Abril"),
        ("sete de abril", "Meconta, 7 De Abril"),
        ("vinte e cinco de setembro", "Meconta, 7 De Abril, Japir Novo, 25 De Setembro"),
        ("Mucoroge 2", "Moma, Moma, Mucoroge Dois"),
        ("Nacala, Mutiva", "Nacala Porto, Mutiva"),
        ("Nampula, Angoche", "Angoche"),
        ("Meti", "Lalaua, Meti"),
        ("nao e Aube, e Namaponda", "Angoche, Namaponda"),
        ("Aube e Namaponda", "Angoche"),
        ("Nacuxipa, Angoche", "Angoche"),
    ],
)
def test_a_place_is_known_by_its_name(text: str, label: str) -> None:
    assert named(text) == label


@pytest.mark.parametrize("district", sorted(POSTS))
def test_each_district_is_written_as_people_write_it(district: str) -> None:
    place = gazetteer().get(code_of(district))
    assert place is not None
    assert place.label == DISTRICT_SPELLINGS[district]
    assert place.path == (district,)


@pytest.mark.parametrize(
    ("alias", "district", "label"),
    [
        ("Namapa", "Erati", "Eráti, Namapa"),
        ("Namialo", "Meconta", "Meconta, Namialo"),
        ("Nametil", "Mogovolas", "Mogovolas, Nametil"),
        ("Ilha", "Ilha De Mocambique", "Ilha de Moçambique, Ilha"),
    ],
)
def test_an_alias_that_is_also_a_post_means_the_post_and_shows_the_district(
    alias: str, district: str, label: str
) -> None:
    assert named(alias) == label
    assert named(f"distrito de {alias}") == DISTRICT_SPELLINGS[district]


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("Nacala", ("Nacala Porto", "Nacala-a-Velha")),
        ("Nampula", ("Nampula (cidade)", "Rapale")),
        ("Rapale", ("Rapale", "Rapale, Rapale")),
        ("Moma", ("Moma", "Moma, Moma")),
    ],
)
def test_a_name_that_says_too_little_offers_two_choices(name: str, choices: tuple[str, str]) -> None:
    assert named(name) == choices
    assert named(name, ANGOCHE) == choices
    assert mentioned(f"sem rede em {name} desde ontem") == choices


@pytest.mark.parametrize(
    ("name", "home", "label"),
    [
        ("Nacala", ("Nacala Porto",), "Nacala Porto"),
        ("Nacala", ("Nacala A Velha", "GerGer"), "Nacala-a-Velha"),
        ("Nampula", ("Nampula", "Muhala"), "Nampula (cidade)"),
        ("Rapale", ("Rapale", "Namaita"), "Rapale"),
        ("Moma", ("Moma",), "Moma"),
        ("Moma", ("Moma", "Chalaua"), "Moma"),
        ("Moma", ("Moma", "Moma"), "Moma, Moma"),
    ],
)
def test_the_reporters_home_decides_a_name_that_says_too_little(name: str, home: tuple[str, ...], label: str) -> None:
    assert named(name, code_of(*home)) == label


def test_nampula_is_not_rapale_to_somebody_of_rapale() -> None:
    assert named("Nampula", code_of("Rapale")) == ("Rapale", "Nampula (cidade)")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("distrito de Moma", "Moma"),
        ("posto de Moma", "Moma, Moma"),
        ("Moma sede", "Moma, Moma"),
        ("Moma, Moma", "Moma, Moma"),
        ("Rapale sede", "Rapale, Rapale Sede"),
        ("posto administrativo de Monapo", "Monapo, Monapo Sede"),
        ("Monapo", "Monapo"),
        ("Mecuburi", "Mecubúri"),
    ],
)
def test_the_level_said_beside_a_name_decides(text: str, label: str) -> None:
    assert named(text) == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Namitória", "Angoche, Namitoria"),
        ("Namitorya", "Angoche, Namitoria"),
        ("Namponda", "Angoche, Namaponda"),
        ("Nmapaonda", "Angoche, Namaponda"),
        ("Mecubri", "Mecubúri"),
        ("Murupula", "Murrupula"),
        ("Larda", "Larde"),
        ("Angosche", "Angoche"),
        ("Chihulo", "Malema, Chuhulo"),
        ("ilha de mosambique", "Ilha de Moçambique"),
        ("nacala portu", "Nacala Porto"),
        ("nacala a velia", "Nacala-a-Velha"),
    ],
)
def test_a_misspelt_name_is_forgiven(text: str, label: str) -> None:
    assert named(text) == label


@pytest.mark.parametrize("text", ["Aubi", "Mona", "Numapunta", "tarde", "muito"])
def test_short_names_and_ordinary_words_are_not_forgiven(text: str) -> None:
    assert named(text, ANGOCHE) is None


def test_digits_and_letters_that_tell_names_apart_are_never_a_slip() -> None:
    both = tuple(f"Angoche, Angoche Sede, Johar Novo, Bairro Horta {letter}" for letter in "AB")
    assert named("bairro horta b", ANGOCHE) == both[1]
    assert named("Horta", ANGOCHE) == both
    assert named("Muhiliale") == ("Ribáuè, Ribáuè Sede, Muhiliale A", "Ribáuè, Ribáuè Sede, Muhiliale B")


@pytest.mark.parametrize("text", ["", "   ", "?", "nao sei", "não sei", "nenhum", "Maputo", "provincia de Nampula"])
def test_what_is_no_place_gives_neither_place_nor_choice(text: str) -> None:
    assert named(text, ANGOCHE) is None


# Villages


def test_a_village_of_the_reporters_district_goes_before_its_namesakes() -> None:
    assert named("Nacutoma", ANGOCHE) == "Angoche, Namaponda, Nacutoma"
    assert named("Nacutoma", MEMBA) == "Memba, Memba Sede, Memba, Nacutoma"


def test_the_reporters_post_goes_before_the_rest_of_the_district() -> None:
    assert named("Mulapane", code_of("Angoche", "Aube")) == "Angoche, Aube, Mulapane"
    assert named("Mulapane", ANGOCHE) == ("Angoche, Aube, Mulapane", "Angoche, Namaponda, Mulapane")


def test_a_village_name_of_several_districts_is_a_choice_for_everybody_else() -> None:
    choices = (
        "Angoche, Namaponda, Nacutoma",
        "Memba, Memba Sede, Memba, Nacutoma",
        "Moma, Chalaua, Nacutoma",
    )
    assert named("Nacutoma") == choices
    assert named("Nacutoma", LALAUA) == choices
    assert mentioned("sem rede em Nacutoma", LALAUA) == choices


def test_the_district_named_with_a_village_decides() -> None:
    assert named("Nacutoma, Memba", ANGOCHE) == "Memba, Memba Sede, Memba, Nacutoma"
    assert mentioned("falta a aldeia Nacutoma em Chalaua", ANGOCHE) == "Moma, Chalaua, Nacutoma"


def test_a_unique_village_elsewhere_needs_its_exact_name() -> None:
    assert named("Nahage", ANGOCHE) == "Memba, Memba Sede, Tropene, Nahage"
    assert named("Nahague", ANGOCHE) is None
    assert named("Nahague", MEMBA) == "Memba, Memba Sede, Tropene, Nahage"


def test_a_village_that_does_not_lie_where_the_text_says_is_left_out() -> None:
    assert mentioned("falta aldeia Nacutoma em Namitoria", MEMBA) == "Angoche, Namitoria"


def test_a_district_goes_before_a_village_of_its_name() -> None:
    assert named("Angoche", code_of("Angoche", "Namitoria")) == "Angoche"
    assert named("aldeia Angoche", ANGOCHE) == "Angoche, Namitoria, Angoche"


def test_at_most_five_candidates_are_shown_the_nearest_first() -> None:
    many = [Area("p", "Gaza", AreaType.PROVINCE, None)]
    for n in range(8):
        many += [
            Area(f"d{n}", f"Distrito{n}x", AreaType.DISTRICT, "p"),
            Area(f"v{n}", "Xikwembu", AreaType.VILLAGE, f"d{n}"),
        ]
    mention = Gazetteer(many).named("Xikwembu", None)
    assert len(mention.candidates) == MOST_CANDIDATES
    near = Gazetteer(many).named("Xikwembu", "d6")
    assert near.place is not None
    assert near.place.code == "v6"


# Running text


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("A app da Amina de Namaponda nao sincroniza, 3 telefones", "Angoche, Namaponda"),
        ("Boa tarde. A app da Amina de Namaponda nao sincroniza desde ontem, da erro de ligaçao", "Angoche, Namaponda"),
        ("app não sincroniza, Namaponda, 3 registadores", "Angoche, Namaponda"),
        ("a app n abre desde manha, fecha sozinha, registador em Aube", "Angoche, Aube"),
        ("nao sincroniza da erro, 56 registos, Mecuburi", "Mecubúri"),
        ("esqueceu a senha a registadora de Lumbo", "Ilha de Moçambique, Lumbo"),
        ("falta aldeia Nacuca em Namitoria", "Angoche, Namitoria"),
        ("aldeia esta em Larde mas pertence a Moma", ("Larde", "Moma")),
        ("sem rede em Chipene 4 equipas", "Memba, Chipene"),
        ("SEM SPAQ EM NAMAPONDA DESDE ONTEM", "Angoche, Namaponda"),
        ("telemovel avariado no posto de saude de Aube", "Angoche, Aube"),
        ("estrada para Chihulo cortada", "Malema, Chuhulo"),
        ("App does not sync in Namaponda, Angoche district", "Angoche, Namaponda"),
        ("The phone was stolen on the road from Alua", "Eráti, Alua"),
        ("3 equipas Namaponda Nacutoma paradas", "Angoche, Namaponda, Nacutoma"),
        ("equipas de Aube e Namaponda sem megas", "Angoche"),
        ("o armazem de Nampula nao mandou SPAQ para Angoche", "Angoche"),
        ("telefones em Meti", "Lalaua, Meti"),
        ("na Ilha nao ha rede", "Ilha de Moçambique, Ilha"),
        ("posto 7 de Abril sem rede", "Meconta, 7 De Abril"),
        ("sem rede, 7 de Abril, Meconta", "Meconta, 7 De Abril"),
        ("sem rede em Namapnda, Angoche", "Angoche, Namaponda"),
        ("Namaponda.A app nao abre", "Angoche, Namaponda"),
        ("nao abre em Angoche/Aube", "Angoche, Aube"),
        ("o utilizador de Monapo nao entra", "Monapo"),
    ],
)
def test_a_place_is_found_in_a_report(text: str, label: str | tuple[str, ...]) -> None:
    assert mentioned(text) == label


@pytest.mark.parametrize(
    "text",
    [
        "nao sincroniza desde ontem de tarde",
        "ja meti a senha e nada",
        "a ilha e a velha do porto",
        "nao funciona em muito tempo",
        "utilizador monapo nao entra",
        "username: monapo01 invalido",
        "o user reg.monapo.01 da erro",
        "login moma_reg_02 bloqueado",
        "escreva para amina@moma.example",
        "bom dia helpdesk de Nampula",
        "desde 7 de abril nao sincroniza",
        "ver na mapa",
        "a equipa sabe em tarde",
        "Nacutoma sem rede",
        "telefone da Amina",
        "Bom dia, Amina",
        "senha da escola",
        "menu",
        "",
    ],
)
def test_ordinary_words_names_and_user_names_are_no_places(text: str) -> None:
    assert mentioned(text, ANGOCHE) is None


def test_a_village_counts_only_where_the_text_makes_it_a_place() -> None:
    assert mentioned("Nacuteia nao abre", ANGOCHE) is None
    for text in ("sem rede em Nacuteia", "registador de Nacuteia", "aldeia Nacuteia", "no network at Nacuteia"):
        assert mentioned(text, ANGOCHE) == "Angoche, Aube, Nacuteia"
    assert mentioned("nao sincroniza, Nacuteia, 3 telefones", ANGOCHE) == "Angoche, Aube, Nacuteia"


def test_a_village_called_like_a_person_needs_the_word_village() -> None:
    assert mentioned("a conta de Amina", ANGOCHE) is None
    assert mentioned("rede fraca na aldeia Amina", ANGOCHE) == "Angoche, Namaponda, Amina"


def test_a_date_is_a_place_only_for_those_who_live_there() -> None:
    assert mentioned("sem rede em 7 de abril", code_of("Meconta")) == "Meconta, 7 De Abril"
    assert mentioned("desde o dia 7 de abril", code_of("Meconta")) is None


def test_home_decides_between_several_places() -> None:
    text = "aldeia esta em Larde mas pertence a Moma"
    assert mentioned(text, code_of("Moma")) == "Moma"
    assert mentioned(text, code_of("Larde")) == "Larde"


# The tree


def test_a_label_leaves_fillers_and_repetitions_out() -> None:
    village = gazetteer().get(code_of("Angoche", "Namaponda", "Nao Aplicavel", "Triangulo Velho"))
    assert village is not None
    assert village.label == "Angoche, Namaponda, Triangulo Velho"
    assert village.path == ("Angoche", "Namaponda", "Nao Aplicavel", "Triangulo Velho")
    assert named("Nao Aplicavel", ANGOCHE) is None


def test_what_lies_below_an_area() -> None:
    below = gazetteer().below(code_of("Moma"))
    assert code_of("Moma") in below
    assert code_of("Moma", "Chalaua", "Chalaua", "Nacutoma") in below
    assert code_of("Larde") not in below
    assert gazetteer().below("unknown") == frozenset()
    assert gazetteer().below("mz") == frozenset(CODES)


def test_the_district_of_an_area() -> None:
    district = gazetteer().district_of(code_of("Angoche", "Aube", "Catamoio", "Nivolone"))
    assert district is not None
    assert district.code == ANGOCHE
    assert gazetteer().district_of(ANGOCHE) == district
    assert gazetteer().district_of(code_of()) is None
    assert gazetteer().district_of("unknown") is None


def test_an_unknown_code_is_no_place() -> None:
    assert gazetteer().get("unknown") is None


def test_areas_of_one_level_by_their_name() -> None:
    province = code_of()
    assert [each.code for each in gazetteer().bearing("Nampula", AreaType.PROVINCE)] == [province]
    assert [each.code for each in gazetteer().bearing("nampula", AreaType.DISTRICT, province)] == [code_of("Nampula")]
    assert [each.code for each in gazetteer().bearing("Namapa", AreaType.DISTRICT)] == [code_of("Erati")]
    assert len(gazetteer().bearing("Nacala", AreaType.DISTRICT)) == 2
    assert gazetteer().bearing("Angoche", AreaType.DISTRICT, MEMBA) == ()
    assert gazetteer().bearing("Angoxe", AreaType.DISTRICT) == ()


def test_a_damaged_tree_is_read_as_far_as_it_goes() -> None:
    damaged = Gazetteer(
        [
            Area("a", "Xai", AreaType.DISTRICT, "b"),
            Area("b", "Bilene", AreaType.DISTRICT, "a"),
            Area("c", "Macia", AreaType.POST, "lost"),
        ]
    )
    assert damaged.get("a") is not None
    assert damaged.below("a") == frozenset({"a", "b"})
    assert damaged.named("Macia", "a") == Mention()


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="Continent"):
        Gazetteer([Area("x", "Africa", "Continent", None)])


def test_a_tree_of_another_province_works_without_its_names() -> None:
    gaza = Gazetteer(
        [
            Area("g", "Gaza", AreaType.PROVINCE, None),
            Area("x", "XaiXai", AreaType.DISTRICT, "g"),
            Area("c", "Chibuto", AreaType.DISTRICT, "g"),
            Area("cs", "Chibuto Sede", AreaType.POST, "c"),
            Area("m", "Moma", AreaType.VILLAGE, "cs"),
        ]
    )
    assert told(gaza.named("xai-xai", None)) == "Xai Xai"
    assert told(gaza.named("Chibuto sede", None)) == "Chibuto, Chibuto Sede"
    assert told(gaza.mentioned("sem rede em Moma", "c")) == "Chibuto, Chibuto Sede, Moma"
    assert gaza.named("Nacala", None) == Mention()


def test_a_choice_has_between_two_and_five_candidates() -> None:
    place = gazetteer().get(ANGOCHE)
    assert isinstance(place, Place)
    with pytest.raises(ValueError, match="candidates"):
        Mention(candidates=(place,))
    with pytest.raises(ValueError, match="candidates"):
        Mention(place=place, candidates=(place, place))


def test_few_names_of_posts_and_districts_are_ordinary_words() -> None:
    words = {word for district, posts in POSTS.items() for name in (district, *posts) if len(split_name(name)) == 1
             for word in split_name(name)}  # fmt: skip
    assert words & ORDINARY == {"barragem", "ilha", "meti"}
    assert all(word == fold(word) for word in ORDINARY)


@pytest.mark.parametrize("area", [area for area in areas() if area.type not in {"Country", "Province"}])
def test_the_label_of_a_place_leads_back_to_it(area: Area) -> None:
    place = gazetteer().get(area.code)
    assert place is not None
    mention = gazetteer().named(place.label, None)
    if area.name == "Nao Aplicavel":
        assert mention.place == gazetteer().get(area.parent_code or "")
    elif place.label in {"Moma", "Rapale"}:
        assert place in mention.candidates
    else:
        assert mention.place == place


@given(st.text(max_size=120), HOMES)
def test_no_text_breaks_the_reading(text: str, home: str | None) -> None:
    for mention in (gazetteer().named(text, home), gazetteer().mentioned(text, home)):
        assert mention.place is None or not mention.candidates
        assert len(mention.candidates) <= MOST_CANDIDATES


PIECES = [area.name for area in areas()] + ["em", "de", "aldeia", "distrito", "sede", ",", ".", "app", "nao", "3", "e"]


@given(st.lists(st.sampled_from(PIECES), max_size=12), HOMES)
def test_any_mixture_of_names_gives_a_place_at_district_level_or_below(pieces: list[str], home: str | None) -> None:
    text = " ".join(pieces)
    for mention in (gazetteer().named(text, home), gazetteer().mentioned(text, home)):
        for place in (*((mention.place,) if mention.place else ()), *mention.candidates):
            assert gazetteer().district_of(place.code) is not None
        assert len(set(mention.candidates)) == len(mention.candidates)


@given(st.sampled_from([area for area in areas() if area.type == AreaType.VILLAGE]))
def test_a_village_is_always_found_by_somebody_of_its_own_locality(village: Area) -> None:
    mention = gazetteer().named(f"aldeia {village.name}", village.parent_code)
    assert mention.place is not None
    assert mention.place.code == village.code
