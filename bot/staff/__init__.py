"""The helpdesk's chat: what members of staff write becomes commands, and each is answered with a line."""
