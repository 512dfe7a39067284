"""The words of the inbox page, Portuguese and English; the sandbox is the outside world, so they are not in locales."""

LANGUAGES = ("pt", "en")

_TEXTS = {
    "title": ("Salama · Reclamações", "Salama · Complaints"),
    "sandbox": ("ambiente de ensaio", "practice environment"),
    "skip": ("Saltar para o conteúdo", "Skip to the content"),
    "other_language": ("English", "Português"),
    "inbox": ("Caixa de entrada", "Inbox"),
    "build": ("Geração {generation} · {gateway}", "Generation {generation} · {gateway}"),
    "platform": ("Estado da plataforma", "State of the platform"),
    "mode_ok": ("Normal", "Normal"),
    "mode_slow": ("Lenta", "Slow"),
    "mode_failing": ("Com erros", "Failing"),
    "mode_down": ("Em baixo", "Down"),
    "note_ok": ("Responde como deve.", "Answers as it should."),
    "note_slow": ("Cada resposta demora {seconds} s.", "Every answer takes {seconds} s."),
    "note_failing": ("Cada pedido recebe um erro 500.", "Every request gets an error 500."),
    "note_down": ("Corta todas as ligações.", "Breaks every connection."),
    "filters": ("Filtrar", "Filter"),
    "filter_status": ("Estado", "Status"),
    "filter_type": ("Tipo", "Type"),
    "filter_district": ("Distrito", "District"),
    "filter_owner": ("Responsável", "Owner"),
    "filter_query": ("Número ou texto", "Number or text"),
    "all": ("Todos", "All"),
    "apply": ("Aplicar", "Apply"),
    "clear": ("Limpar", "Clear"),
    "column_number": ("Reclamação", "Complaint"),
    "column_area": ("Área", "Area"),
    "column_status": ("Estado", "Status"),
    "column_owner": ("Responsável", "Owner"),
    "column_date": ("Data (CAT)", "Date (CAT)"),
    "caption": ("Reclamações, as mais recentes primeiro", "Complaints, newest first"),
    "nobody": ("ninguém", "nobody"),
    "count": ("{shown} de {total}", "{shown} of {total}"),
    "empty": (
        "Ainda não há reclamações aqui. As que chegarem pelo WhatsApp aparecem sozinhas.",
        "No complaints here yet. Those that come by WhatsApp appear by themselves.",
    ),
    "empty_filtered": ("Nenhuma reclamação corresponde a este filtro.", "No complaint matches this filter."),
    "newer": ("Mais recentes", "Newer"),
    "older": ("Mais antigas", "Older"),
    "pages": ("Páginas", "Pages"),
    "back": ("Voltar à caixa de entrada", "Back to the inbox"),
    "description": ("Descrição", "Description"),
    "no_description": ("Sem descrição.", "No description."),
    "details": ("Dados da reclamação", "About this complaint"),
    "type": ("Tipo", "Type"),
    "complainant": ("Reclamante", "Complainant"),
    "area": ("Área", "Area"),
    "filed": ("Registada em", "Filed at"),
    "source": ("Canal", "Channel"),
    "source_whatsapp": ("WhatsApp", "WhatsApp"),
    "source_mobile": ("aplicação móvel", "mobile app"),
    "source_web": ("página web", "web form"),
    "timeline": ("Histórico", "Timeline"),
    "assigned_to": ("Atribuída a {name}", "Assigned to {name}"),
    "photo": ("Fotografia anexada à reclamação {number}", "Photo attached to complaint {number}"),
    "document": ("Descarregar o anexo {name}", "Download the attachment {name}"),
    "not_written": (
        "O histórico desta reclamação ainda está a ser escrito.",
        "The history of this complaint is still being written.",
    ),
    "act": ("Tratar a reclamação", "Handle the complaint"),
    "act_as": ("Agir como", "Acting as"),
    "closed": ("Esta reclamação está encerrada: não há mais acções.", "This complaint is closed: no more actions."),
    "no_rights": (
        "O fluxo de trabalho não dá nenhuma acção a esta pessoa neste estado.",
        "The workflow gives this person no action in this state.",
    ),
    "assignee": ("Atribuir a", "Assign to"),
    "choose": ("Escolher…", "Choose…"),
    "comment": ("Comentário", "Comment"),
    "comment_hint": ("Obrigatório, até 1000 caracteres.", "Required, up to 1000 characters."),
    "reason": ("Motivo da rejeição", "Reason for the rejection"),
    "reason_hint": (
        "O motivo fica neste ecrã; só o comentário segue para o reclamante.",
        "The reason stays on this screen; only the comment goes to the complainant.",
    ),
    "do_ASSIGN": ("Atribuir", "Assign"),
    "do_RESOLVE": ("Resolver", "Resolve"),
    "do_REJECT": ("Rejeitar", "Reject"),
    "do_REASSIGN": ("Devolver", "Send back"),
    "do_REOPEN": ("Reabrir", "Reopen"),
    "do_RATE": ("Avaliar", "Rate"),
    "done": ("Feito: {action}.", "Done: {action}."),
    "failed": ("A plataforma recusou a acção.", "The platform refused the action."),
    "missing": ("Preencha todos os campos obrigatórios.", "Fill in all required fields."),
    "unknown_ticket": ("Não há nenhuma reclamação {number}.", "There is no complaint {number}."),
    "foreign": (
        "Este formulário veio de outro sítio e foi recusado.",
        "This form came from elsewhere and was refused.",
    ),
    "error_INVALID_ASSIGNMENT": (
        "O departamento desta pessoa não trata este tipo de reclamação.",
        "This person's department does not handle this type of complaint.",
    ),
    "error_DEPARTMENT_NOT_FOUND": ("Esta pessoa não tem departamento.", "This person has no department."),
    "error_INVALID ROLE": ("Esta pessoa não tem direito a esta acção.", "This person may not take this action."),
    "error_INVALID ACTION": (
        "A acção já não é possível no estado actual.",
        "The action is no longer possible in the present state.",
    ),
    "error_INVALID_UPDATE": ("A reclamação ainda não foi escrita.", "The complaint has not been written yet."),
    "error_WORKFLOW_NOT_FOUND": (
        "O histórico ainda não foi escrito: tente daqui a pouco.",
        "The history has not been written yet: try again soon.",
    ),
    "error_CustomSafeHtml.serviceRequest.workflow.comments": (
        "O comentário contém sinais que a plataforma não aceita, por exemplo “<”.",
        "The comment holds signs that the platform does not accept, for example “<”.",
    ),
    "error_SafeHtml.serviceRequest.workflow.comments": (
        "O comentário contém sinais que a plataforma não aceita.",
        "The comment holds signs that the platform does not accept.",
    ),
}


def say(key: str, language: str, **values: object) -> str:
    """The text of that key in `pt` or `en`. Raises KeyError for an unknown key."""
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)


def has(key: str) -> bool:
    """Whether there is a text of that key."""
    return key in _TEXTS


def all_keys() -> list[str]:
    """Every key."""
    return list(_TEXTS)
