"""The learner's room: one skeleton a topic, generated from solutions/. Write your rules here."""
