"""Answers and lists as people and programs read them: tables with sentences, JSON, CSV, Markdown.

`kg.rendering.answers` renders what a question gives, `kg.rendering.listings` everything else that has rows.
"""
