"""Which texts pass as safe HTML, by generation: the tables of the complaints API contract, section 9.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.salama.options import Generation
from sandbox.salama.safe_html import is_safe
from tests.contract.sandbox_salama_support import PGR, Platform, changed, complaint, problems

ACCEPTED = [
    "Não sincroniza 😀\n\tdesde ontem",
    "5 > 3",
    "->",
    "-->",
    "a & b",
    "fim &",
    "AT&T",
    "&&",
    "&amp;",
    "&lt;",
    "&nbsp;",
    "&#39;",
    "&#x1F600;",
    *(
        f"<{tag}>x</{tag}>"
        for tag in [
            "b",
            "i",
            "u",
            "p",
            "em",
            "strong",
            "small",
            "ul",
            "ol",
            "li",
            "blockquote",
            "code",
            "pre",
            "q",
            "span",
            "sub",
            "sup",
            "cite",
        ]
    ),
    *(f"<{tag}>x</{tag}>" for tag in ("dl", "dt", "dd", "strike")),
    "um<br>dois<br/>três<br />",
    '<a href="http://exemplo.mz">x</a>',
    '<a href="http://exemplo.mz/?a=1&copy=2">x</a>',
    "<b>por fechar",
    "<B>grande</B>",
    "<ul><li>um<li>dois</ul>",
    "<p>um<p>dois",
    "<b><i>x</i></b>",
    "<dl><dt>a<dd>b</dl>",
    "<b>x</b >",
]
REFUSED = [
    "<3",
    "3 < 5",
    "a<b",
    "<-",
    "<>",
    "<<<",
    "</",
    "acaba em <",
    "<user@mail.com>",
    "<nome>",
    "<div>x</div>",
    "<h1>x</h1>",
    '<img src="http://a/b">',
    "<script>x</script>",
    "<!-- c -->",
    "<?xml?>",
    "&lt",
    "&amp",
    "&copy 2024",
    "?a=1&copy=2",
    "?x=1&lt=2",
    "&abc;",
    "a&;b",
    "&#39",
    "&#;",
    "&#x110000;",
    "<b onclick=1>x</b>",
    "<b class='x'>x</b>",
    "</b>",
    "x</p>",
    "<b><i>x</b></i>",
    "<span><b>x</span></b>",
    "<p>x<ul><li>y</li></ul></p>",
    '<a href="javascript:x">y</a>',
    "<b/>",
    "</br>",
    "<a href='http://a.mz'>x<a href='http://b.mz'>y</a></a>",
    "nulo \x00",
]
OLD_ACCEPTED = ["<3", "3 < 5", "a<b", "<!-- c -->", "&lt", "&abc;", "&#39", "<b>x", "<div>x</div>", "</b>", "x\x00"]
OLD_REFUSED = [
    "<user@mail.com>",
    "<nome>",
    "<script>x</script>",
    "<form>",
    "<b onclick=1>x</b>",
    '<p onmouseover="x">y</p>',
    '<a href="javascript:x">y</a>',
]


@pytest.mark.parametrize("text", ACCEPTED)
@pytest.mark.parametrize("generation", [Generation.B, Generation.C])
def test_newer_generations_accept(text: str, generation: Generation) -> None:
    assert is_safe(text, generation)


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("generation", [Generation.B, Generation.C])
def test_newer_generations_refuse(text: str, generation: Generation) -> None:
    assert not is_safe(text, generation)


@pytest.mark.parametrize("text", OLD_ACCEPTED)
def test_generation_a_accepts(text: str) -> None:
    assert is_safe(text, Generation.A)


@pytest.mark.parametrize("text", OLD_REFUSED)
def test_generation_a_refuses(text: str) -> None:
    assert not is_safe(text, Generation.A)


@given(st.text(alphabet=st.characters(exclude_characters="<&\x00")))
def test_text_without_the_three_signs_always_passes(text: str) -> None:
    assert all(is_safe(text, generation) for generation in Generation)


@given(st.text(alphabet="<>&;/ab#3lt=\"' "))
def test_what_the_newer_rules_accept_the_old_ones_accept_too(text: str) -> None:
    if is_safe(text, Generation.C):
        assert is_safe(text, Generation.A)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("service.description", "service.description"),
        ("service.address.landmark", "service.address.landmark"),
        ("service.address.locality.name", "service.address.locality.name"),
        ("workflow.comments", "workflow.comments"),
    ],
)
def test_every_marked_field_is_checked(path: str, field: str) -> None:
    body = changed(complaint(), path, "<3")
    expected = [(f"CustomSafeHtml.serviceRequest.{field}", "Unsafe HTML tags included")]
    assert problems(Platform().post(f"{PGR}/_create", body)) == expected


def test_documents_are_checked_by_their_place_in_the_list() -> None:
    documents = [{"documentType": "PHOTO"}, {"documentType": "<x>"}]
    body = changed(complaint(), "workflow.verificationDocuments", documents)
    code = "CustomSafeHtml.serviceRequest.workflow.verificationDocuments[1].documentType"
    assert problems(Platform().post(f"{PGR}/_create", body))[0][0] == code


def test_generation_a_names_the_rule_differently() -> None:
    body = complaint(description="<script>")
    expected = [("SafeHtml.serviceRequest.service.description", "may have unsafe html content")]
    assert problems(Platform(generation="A").post(f"{PGR}/_create", body)) == expected


def test_additional_detail_and_user_are_not_checked() -> None:
    platform = Platform(generation="C")
    body = changed(complaint(additionalDetail='{"nota":"<3"}'), "service.user.name", "<3")
    platform.create(body)
    assert len(platform.sandbox.tickets()) == 1
