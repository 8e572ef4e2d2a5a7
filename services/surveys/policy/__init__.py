"""The rules of the surveys room, pure: questionnaires, who may answer, figures, quality cases."""
