"""Read an answer of a running service (`policy-qa serve`) as it comes."""

import json
import os

import httpx

address = os.environ.get("QA_ADDRESS", "http://127.0.0.1:7860")
body = {"question": "到2025年，中国的算力总规模目标是多少？", "stream": True}
with httpx.stream("POST", f"{address}/v1/answer", json=body, timeout=60) as response:
    response.raise_for_status()
    event = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: ") and event == "delta":
            print(json.loads(line.removeprefix("data: "))["text"], end="")
print()
