"""What people call the areas of Nampula; data only, and harmless in a tree of another province.

Source: helpdesk requirements, "Nampula: districts". Keys and targets are platform names, compared without accents,
case, blanks, hyphens and underscores.
"""

# Platform name of a district → how it is written to people.
DISTRICT_SPELLINGS = {
    "Angoche": "Angoche",
    "Erati": "Eráti",
    "Ilha De Mocambique": "Ilha de Moçambique",
    "Lalaua": "Lalaua",
    "Larde": "Larde",
    "Liupo": "Liúpo",
    "Malema": "Malema",
    "Meconta": "Meconta",
    "Mecuburi": "Mecubúri",
    "Memba": "Memba",
    "Mogincual": "Mogincual",
    "Mogovolas": "Mogovolas",
    "Moma": "Moma",
    "Monapo": "Monapo",
    "Mossuril": "Mossuril",
    "Muecate": "Muecate",
    "Murrupula": "Murrupula",
    "Nacala A Velha": "Nacala-a-Velha",
    "Nacalaavelha": "Nacala-a-Velha",
    "Nacala Porto": "Nacala Porto",
    "Nacaroa": "Nacarôa",
    "Nampula": "Nampula (cidade)",
    "Rapale": "Rapale",
    "Ribaue": "Ribáuè",
}

# What people also say → platform name of the district. Where a post of that district bears the very name (Namapa,
# Namialo, Nametil, Ilha), the post is meant, since it is the narrower of the two and shows the district in its label.
DISTRICT_ALIASES = {
    "Namapa": "Erati",
    "Namialo": "Meconta",
    "Nametil": "Mogovolas",
    "Ilha": "Ilha De Mocambique",
    "Ilha Moz": "Ilha De Mocambique",
    "Velha": "Nacala A Velha",
    "Nacalaavelha": "Nacala A Velha",
    "Nacala Velha": "Nacala A Velha",
    "Porto": "Nacala Porto",
    "Cidade de Nacala": "Nacala Porto",
    "Nacala Cidade": "Nacala Porto",
    "Cidade de Nampula": "Nampula",
    "Nampula Cidade": "Nampula",
    "Nampula Rapale": "Rapale",
}

# A name that alone says too little → the paths (from the district down) that it may stand for.
SHARED_NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "Nacala": (("Nacala Porto",), ("Nacala A Velha",)),
    "Nampula": (("Nampula",), ("Rapale",)),
    "Rapale": (("Rapale",), ("Rapale", "Rapale")),
    "Moma": (("Moma",), ("Moma", "Moma")),
}

# Nodes that only fill a level of the tree.
FILLERS = frozenset({"naoaplicavel", "notapplicable"})

# "Helpdesk de Nampula" names an office, not the place of the problem.
OFFICES = frozenset({"helpdesk", "dps", "sps", "pncm", "nmcp", "misau", "governo"})
