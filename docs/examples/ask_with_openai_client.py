"""Ask a running service (`policy-qa serve`) with OpenAI's client."""

import os

from openai import OpenAI

address = os.environ.get("QA_ADDRESS", "http://127.0.0.1:7860")
client = OpenAI(base_url=f"{address}/v1", api_key="unused")  # your token, if the service asks for one
messages = [{"role": "user", "content": "到2025年，中国的算力总规模目标是多少？"}]
for chunk in client.chat.completions.create(model="policy-qa", messages=messages, stream=True):
    print(chunk.choices[0].delta.content or "", end="")
    for citation in (chunk.model_extra or {}).get("citations", ()):
        print(f"\n{citation['article_id']} {citation['start']}–{citation['end']}", end="")
print()
