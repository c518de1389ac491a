"""Data, training, export and evaluation of the reader: the model behind reranking and short answers.

Four commands, run from the repository root, each with a fixed seed:

    python -m training.build_data --out FOLDER
    python -m training.train --data FOLDER --out FOLDER
    python -m training.export --data FOLDER --weights FOLDER --out FOLDER
    python -m training.evaluate --data FOLDER --weights FOLDER --out FILE

Nothing here is part of the installed package; see docs/reader.md.
"""
