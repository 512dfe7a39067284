"""The helpdesk's own work on tickets: who holds them, by when they are due, who is on shift, who is told.

It decides and records; it knows no chat, no command and no words for people.
"""
