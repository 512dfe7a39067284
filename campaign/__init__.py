"""The campaign as data: everything that one campaign decides and another decides otherwise, read from one YAML file.

Pure values and their reader; nothing here knows chat, tickets or the database.
"""

from campaign.cover import Cover, Night
from campaign.nmcp import NmcpContact, NmcpRules, NmcpTopic, Official
from campaign.playbooks import Evidence, Playbook
from campaign.reader import load_campaign
from campaign.rules import Alert, Rules, Target, Window
from campaign.severity import SeverityRow
from campaign.speech import LANGUAGES, Language, TemplateNames
from campaign.values import (
    Campaign,
    CampaignInvalid,
    Category,
    Impact,
    Kind,
    MenuRow,
    Question,
    Topic,
    Words,
    words_in,
)

__all__ = [
    "LANGUAGES", "Alert", "Campaign", "CampaignInvalid", "Category", "Cover", "Evidence", "Impact", "Kind",
    "Language", "MenuRow", "Night", "NmcpContact", "NmcpRules", "NmcpTopic", "Official", "Playbook", "Question",
    "Rules", "SeverityRow", "Target", "TemplateNames", "Topic", "Window", "Words", "load_campaign", "words_in",
]  # fmt: skip
