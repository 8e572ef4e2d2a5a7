"""Questionnaires, invitations, answers, the figures made of them, and quality cases."""
