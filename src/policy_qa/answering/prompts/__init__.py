"""Prompts, as Markdown files in both languages."""
