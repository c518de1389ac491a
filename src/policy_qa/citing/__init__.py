"""From a draft to citations that resolve and sentences that their quotes bear out."""
