"""The shipped classifier on sentences that are not among its examples, and its promises about answers."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import classifier
from classifier import Classification, Label, Scope, classify
from classifier.corpus import read_examples
from classifier.evaluation import evaluate
from classifier.text import fold

UNSEEN: dict[Label, tuple[str, ...]] = {
    Label.TECHNICAL: (
        "ao gravar a terceira criança a aplicação apaga-se e volta ao menu do telefone",
        "tlm d equipa 6 ja n liga, ficou dentro da agua",
        'sincronizar dá "erro 503" e a internet está óptima, mandei fotos sem problema',
        "the coverage page of the dashboard shows an error in red since last night",
        "bateria do aparelho 12 nao segura carga",
        "A conta abre bem e a rede é boa; o ecrã do formulário é que fica branco.",
    ),
    Label.USER_ACCOUNT: (
        "A Dona Carlota de Larde não se lembra da senha",
        "preciso d utilizador pra novo registador, o outro foi embora",
        "my account got locked, i mistyped three times",
        "entrei e sou monitor no sistema mas na verdade sou fiel do armazém",
        "mudem a minha area de Moma para Angoche na minha conta",
        "The handset works, only nobody gave me a username for it",
    ),
    Label.DATA_CONTENT: (
        "não consta na lista a povoação de Mutala, posto de Netia",
        "nome da localidade mal escrito, falta um h",
        "our village is filed under Memba, it belongs to Nacaroa",
        "painel diz 30 agregados em Alua e no papel sao 300",
        "faltam opções na pergunta 3 do formulário",
        "A app trabalha bem, mas as famílias da minha lista são de outra localidade.",
    ),
    Label.SECURITY: (
        "alguém está a fazer registos com o meu nome e não sou eu",
        "mandaram no grupo um link falso que pede senha",
        "todos na equipa usam a palavra passe do chefe",
        "A person who left the campaign last month can still open the children's records",
        "o ladrao do tablet esta a entrar na conta da Rosa",
        "I can see names and phones of families from other provinces",
    ),
    Label.PERFORMANCE: (
        "aqui em Lunga não há sinal nenhum",
        "equipa 9 ficou sem megas",
        "app mt lenta, 3 min pra cada pagina",
        "the dashboard needs twenty minutes to open",
        "servidor nao responde a ninguem do distrito desde as 18h",
        "Não dá erro, mas o envio leva a noite inteira.",
    ),
    Label.PROGRAMMATIC: (
        "acabou o SPAQ das crianças pequenas em Itoculo",
        "comprimidos com manchas no lote que chegou ontem",
        "menina com convulsões depois da dose, que fazemos?",
        "registador foi assaltado e levaram o telefone",
        "no fuel for the car that takes the boxes",
        "App está óptima, mas os distribuidores não foram pagos.",
    ),
    Label.HOW_TO: (
        "como faço para registar uma família com gémeos?",
        "onde carrego para mandar os dados?",
        "how do i give back stock in the app",
        "que significa a bolinha vermelha na lista das casas",
        "posso usar a app sem dados moveis?",
        "Não há avaria, só queria saber em que menu se marca a recusa.",
    ),
    Label.CHANGE_REQUEST: (
        "seria bom a aplicação ter modo de voz",
        "sugiro que o painel mostre os dados por equipa",
        "please add a field for the nickname in a later version",
        "ponham um aviso quando falta stock, fica a ideia",
        "deviam tirar algumas perguntas do formulario, é longo",
        "O mapa funciona, gostávamos era que mostrasse as recusas.",
    ),
    Label.STATUS_QUERY: (
        "já há resposta do meu pedido?",
        "ticket 44 como está",
        "did anybody look at the complaint I filed on Sunday?",
        "pedi contas na terça e até hoje nada, em que ponto está?",
        "o caso foi para o nivel 3?",
        "Não é problema novo, só pergunto pelo pedido 31.",
    ),
    Label.CHITCHAT: (
        "bom dia a todos e bom trabalho",
        "muito obrigado, já está a funcionar",
        "ok chefe 👍",
        "quem vai ao jogo no sábado?",
        "hello, how are you?",
        "escreve um poema sobre o mar",
    ),
}
CODE = "import sys, classifier; raise SystemExit(bool({'sklearn', 'numpy', 'scipy'} & set(sys.modules)))"


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    classifier.warm_up()


def test_unseen_sentences_are_not_among_the_examples() -> None:
    known = {fold(example.text) for example in read_examples()}
    assert not [text for texts in UNSEEN.values() for text in texts if fold(text) in known]


def test_nine_of_ten_unseen_sentences_are_labelled_rightly() -> None:
    figures = evaluate((text, label) for label, texts in UNSEEN.items() for text in texts)
    assert figures.accuracy >= 0.9
    assert figures.macro_f1 >= 0.9
    assert min(one.recall for one in figures.labels.values()) >= 4 / 6


def test_the_right_label_is_nearly_always_among_the_first_two() -> None:
    missed = [
        text
        for label, texts in UNSEEN.items()
        for text in texts
        if label not in [ranked for ranked, _ in classify(text).ranking[:2]]
    ]
    assert len(missed) <= 2, missed


def test_a_message_is_judged_in_milliseconds() -> None:
    figures = evaluate((text, label) for label, texts in UNSEEN.items() for text in texts)
    assert figures.median_us < 5_000


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("a app fecha sozinha", Scope.HELPDESK),
        ("ruptura de SPAQ em Netia", Scope.NMCP),
        ("bom dia", Scope.NONE),
        ("roubaram o telemóvel da registadora ontem à noite", Scope.BOTH),
        ("we lost a tablet on the way to Lunga", Scope.BOTH),
        ("o telefone roubado está a fazer registos com a conta da Amina", Scope.BOTH),
        ("ainda não recebemos os telefones da equipa 7", Scope.NMCP),
        ("o ecrã do telefone partiu-se e não liga", Scope.HELPDESK),
        ("perdi o papel com a senha, já não consigo entrar", Scope.HELPDESK),
    ],
)
def test_the_scope_follows_the_label_except_for_a_device_that_is_gone(text: str, scope: Scope) -> None:
    assert classify(text).scope is scope


def test_a_lost_device_is_programmatic_and_misuse_of_its_account_is_security() -> None:
    assert classify("perdemos o tablet da equipa 4 no rio").label is Label.PROGRAMMATIC
    assert classify("o telefone roubado está a fazer registos com a conta da Amina").label is Label.SECURITY


def test_evidence_is_taken_from_the_message() -> None:
    text = "Acabaram os comprimidos no armazém de Netia"
    answer = classify(text)
    assert answer.evidence
    assert set(" ".join(answer.evidence).split()) <= set(fold(text).split())


@given(st.text(max_size=300))
def test_every_text_gets_a_consistent_answer(text: str) -> None:
    answer = classify(text)
    assert {label for label, _ in answer.ranking} == set(Label)
    assert answer.ranking[0] == (answer.label, answer.confidence)
    assert [chance for _, chance in answer.ranking] == sorted((chance for _, chance in answer.ranking), reverse=True)
    assert sum(chance for _, chance in answer.ranking) == pytest.approx(1)
    assert len(answer.evidence) <= 4


def test_threads_asking_at_once_get_the_same_answer(tmp_path: Path) -> None:
    fresh = classifier.Classifier()
    answers: list[Classification] = []
    ready = threading.Barrier(4)

    def ask() -> None:
        ready.wait(timeout=10)
        answers.append(fresh.classify("sem rede em Chipene, 4 equipas"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(answers) == 4
    assert len(set(answers)) == 1


def test_importing_the_package_loads_no_numerical_library() -> None:
    assert subprocess.run([sys.executable, "-c", CODE], check=False).returncode == 0
