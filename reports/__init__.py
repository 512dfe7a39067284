"""The helpdesk's performance in figures: counted from tickets, written as files, a page, messages and a picture.

What each figure means stands in `reports.definitions` and is printed with it. Nothing here changes a ticket.
"""
