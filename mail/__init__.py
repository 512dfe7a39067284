"""Level 3 by e-mail: what goes out to the remote engineers, and what comes back from them.

Its words are English, the language of that team; what staff hear about it in the chat are facts (intake.facts).
"""
