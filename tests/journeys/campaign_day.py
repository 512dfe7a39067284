"""One day of the campaign, from before the opening until after midnight; run as a program it prints the day.

    python -m tests.journeys.campaign_day > docs/campaign-day.md

With `municipal` behind it Salama has DIGIT's municipal workflow.
"""

import sys

from tests.databases import CELESTINO, JOAN
from tests.journeys.campaign_stage import CELIA, ERNESTO, MAPUTO, ROSA, Day, campaign_day

HEADING = """# One day of the campaign

Everybody's messages of one day that the test suite plays, in order; all people are fictional. Written by a program: do
not edit it, but run `python -m tests.journeys.campaign_day > docs/campaign-day.md`. The test
`tests/journeys/test_campaign_day.py` plays this day with both of Salama's workflows, and holds that this page is true.
Times are Maputo's.
"""


def play(day: Day) -> None:
    """Play the whole day; the numbers of its tickets follow from the order of the reports."""
    celestino, joan, celia, ernesto, rosa = (day.chat(phone) for phone in (CELESTINO, JOAN, CELIA, ERNESTO, ROSA))

    day.chapter("05:50", "A report at night")
    celestino.says("a app não sincroniza desde ontem em Aube, 3 telefones, erro de ligação no ecrã de sincronização")
    celestino.says("42 registos por sincronizar, o trabalho está parado")
    celestino.says("enviar")

    day.chapter("06:00", "The helpdesk opens")
    day.chapter("06:04", "Taken, a question, an answer")
    celia.says("pegar 1")
    celia.says("perg 1 que versão da app mostram os telefones?")
    day.soon()
    celestino.says("versão 1.4.2")
    day.soon(20)
    celia.says("resolver 1 Ligaram os telefones à rede da sede e sincronizaram.")
    celia.says("Celestino Amade, todos os registos sincronizados")
    celia.says("sim")
    day.soon()

    day.chapter("06:45", "Not yet: it goes on as a linked ticket, and is solved")
    celestino.says("ainda não")
    day.soon()
    celia.says("pegar 2")
    day.soon(15)
    celia.says("resolver 2 O servidor de sincronização já responde.")
    celia.says("Celestino Amade confirmou")
    celia.says("sim, todos")
    day.soon()
    celestino.says("sim")
    celestino.says("5")

    day.chapter("08:00", "A stock matter goes to NMCP")
    joan.says("We are running out of SPAQ for the 12 to 59 months in Lurio, only 40 blisters left")
    joan.says("enough for one day, we need 500, Lurio store")
    joan.says("send")
    day.soon(3)
    celia.says("pncm 3")
    celia.says("sim")
    day.soon(10)
    rosa.says("Recebido")
    day.soon(30)
    rosa.says("Saem hoje às 14:00 500 blisters do depósito de Nampula")
    celia.says("sim")
    day.soon()

    day.chapter("09:30", "A stolen phone: Security and NMCP at once")
    celestino.says(
        "URGENTE roubaram o telefone 12 da equipa 3 em Namaponda, estava aberto com o utilizador SM-angoche-12"
    )
    day.soon()
    celia.says("pegar 4")
    celia.says("bloq 4 SM-angoche-12")
    day.soon(20)
    rosa.says("Recebido")
    celia.says("resolver 4 Conta bloqueada; o PNCM entrega outro telefone.")
    celia.says("18 registos")
    celia.says("Ernesto Nhantumbo, às 09:40")
    celia.says("Rosa Fictícia, entrega outro hoje")
    day.soon()
    celestino.says("sim")

    day.chapter("11:00", "To level 3 by e-mail, and its answer")
    joan.says("the app closes by itself after login in Chipene, 5 phones, error 500 on the sync screen")
    joan.says("60 records not synced, work is slow")
    joan.says("send")
    day.soon()
    celia.says("pegar 5")
    celia.says("L3 5 App closes after login, 5 phones, error 500")
    celia.says("sim")
    day.soon(40)
    day.answers_by_mail("The login service was restarted.\nPlease ask them to open the app again.")
    celia.says("resp 5 Please open the app again.")
    joan.says("it opens again, thank you")
    celia.says("resolver 5 The login service was restarted by the engineers.")
    celia.says("Joan Carter, 11:50")
    celia.says("sim, todos")
    day.soon()
    joan.says("yes")

    day.chapter("12:40", "Nobody takes it: it climbs to the lead")
    celestino.says("sem rede em Aube desde ontem, Movitel, 4 equipas paradas")
    celestino.says("enviar")
    day.chapter("13:30", "The lead takes it")
    ernesto.says("pegar 6")

    day.chapter("14:30", "Work that is still open when the shift ends")
    joan.says("registrar Grace Saide forgot her password, Mazua")
    joan.says("84 000 0044")
    joan.says("send")
    day.soon()
    celia.says("pegar 7")
    day.chapter("15:00", "The shifts change, and with them who holds the ticket")
    day.chapter("15:10", "The colleague goes on")
    ernesto.says("ligar 7")
    ernesto.says("Senha nova dada por voz à Grace")
    ernesto.says("resolver 7 Grace Saide has a new password.")
    ernesto.says("Grace.Saide")
    ernesto.says("senha reposta, entregue por voz")
    ernesto.says("sim")
    day.soon()
    joan.says("yes")

    day.chapter("16:20", "One that is not for the helpdesk")
    joan.says("the dashboard of Memba does not show yesterday's data, coverage page")
    joan.says("I expected to see 400 children treated")
    joan.says("send")
    day.soon()
    ernesto.says("pegar 8")
    ernesto.says("rejeitar 8 4 os dados chegaram às 16:00")
    ernesto.says("sim")
    day.soon()

    day.chapter("17:20", "The stock has arrived")
    ernesto.says("resolver 3 500 blisters arrived in Lurio at 17:00.")
    ernesto.says("Rosa Fictícia, 500 blisters entregues")
    day.soon()
    joan.says("1")

    day.chapter("18:00", "The network matter ends with a workaround and a solution")
    ernesto.says("contorno 6 Trabalhem sem rede e sincronizem à noite na sede.")
    day.chapter("21:30", "The network is back")
    ernesto.says("resolver 6 A Movitel repôs a rede.")
    ernesto.says("Celestino Amade: rede normal desde as 21:10")
    day.soon()
    celestino.says("sim")

    day.chapter("23:58", "The day closes")
    day.chapter("00:10", "After midnight: taken in, and nobody is woken", days=1)
    celestino.says("o painel do distrito não mostra os dados de ontem, página de cobertura")
    celestino.says("esperava ver os dados de ontem de Angoche")
    celestino.says("enviar")
    day.soon(20)


def as_markdown(day: Day) -> str:
    """The day as a page to read."""
    parts = [HEADING]
    for at, who, whom, text in day.transcript():
        clock = f"{at.astimezone(MAPUTO):%H:%M}"
        if not who:
            parts.append(f"## {clock} {text}\n")
            continue
        lines = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        parts.append(f"**{clock} {who} → {whom}**\n\n{lines}\n")
    return "\n".join(parts)


def main() -> None:
    """Play the day and print it."""
    with campaign_day(*sys.argv[1:2]) as day:
        play(day)
        sys.stdout.write(as_markdown(day))


if __name__ == "__main__":
    main()
