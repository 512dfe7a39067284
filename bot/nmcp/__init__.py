"""NMCP's officials in the chat: what they are told, and what their answers mean."""
