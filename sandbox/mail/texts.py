"""The words of the mailbox page; the sandbox is the outside world, so they are not in locales."""

LANGUAGES = ("pt", "en")

_TEXTS = {
    "title": ("Correio de {name}", "Mail of {name}"),
    "sandbox": ("nível 3, ambiente de ensaio", "level 3, practice environment"),
    "skip": ("Saltar para o conteúdo", "Skip to the content"),
    "other_language": ("English", "Português"),
    "links": ("Outras páginas", "Other pages"),
    "lead": (
        "Aqui chegam os e-mails que o helpdesk manda ao nível 3. A resposta volta ao chat de quem tem o pedido.",
        "E-mails that the helpdesk sends to level 3 arrive here. Answers go back to the chat of whoever holds it.",
    ),
    "caption": ("Os mais recentes primeiro", "Newest first"),
    "column_subject": ("Assunto", "Subject"),
    "column_sender": ("De", "From"),
    "column_state": ("Estado", "State"),
    "column_date": ("Data (CAT)", "Date (CAT)"),
    "new": ("por ler", "unread"),
    "read": ("lido", "read"),
    "answered": ("respondido", "answered"),
    "empty": (
        "Ainda não há e-mails. No telemóvel de quem é do nível 2 escreva, por exemplo, «L3 1 App does not sync after "
        "login», e confirme com SIM.",
        "No e-mails yet. On the phone of a level 2 member write, for example, “L3 1 App does not sync after login”, "
        "and confirm with YES.",
    ),
    "back": ("Voltar à lista", "Back to the list"),
    "sender": ("De", "From"),
    "receiver": ("Para", "To"),
    "reply_to": ("Responder para", "Reply to"),
    "date": ("Data", "Date"),
    "message_id": ("Identificador", "Message-ID"),
    "in_reply_to": ("Segue-se a", "In reply to"),
    "files": ("Anexos", "Attachments"),
    "no_files": ("nenhum", "none"),
    "message": ("Mensagem", "Message"),
    "no_subject": ("(sem assunto)", "(no subject)"),
    "no_text": ("(sem palavras)", "(no words)"),
    "your_answer": ("A sua resposta, {date} CAT", "Your answer, {date} CAT"),
    "answer": ("Responder", "Answer"),
    "answer_label": ("Resposta", "Answer"),
    "answer_hint": (
        "Segue como e-mail verdadeiro, com a mensagem citada. O nível 3 escreve em inglês.",
        "It leaves as a real e-mail with the message quoted. Level 3 writes English.",
    ),
    "quoted": ("Mensagem citada", "Quoted message"),
    "send": ("Enviar resposta", "Send answer"),
    "sent": ("Resposta enviada.", "Answer sent."),
    "missing": ("Escreva a resposta, até {limit} caracteres.", "Write the answer, up to {limit} characters."),
    "unknown": ("Não há esse e-mail.", "There is no such e-mail."),
}


def say(key: str, language: str, **values: object) -> str:
    """The text of that key in `pt` or `en`. Raises KeyError for an unknown key."""
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)
