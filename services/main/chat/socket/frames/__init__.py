"""How frames are read. Their shapes are in salon_contracts/http/chat_frames.py; what no schema can say is here."""
