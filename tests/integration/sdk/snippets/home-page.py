from openai import OpenAI

client = OpenAI(
    base_url="http://<YOUR-SERVER>:8002/v1",
    api_key="<YOUR-API-KEY>"
)

response = client.chat.completions.create(
    model="moe-orchestrator-research",
    messages=[{"role": "user", "content": "Analyze the trade-offs of Kubernetes"}]
)
print(response.choices[0].message.content)
