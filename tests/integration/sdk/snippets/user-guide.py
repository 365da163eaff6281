from openai import OpenAI
client = OpenAI(
api_key="moe-sk-xxxxxxxx...",
base_url="http://<server>:8002/v1",
)
response = client.chat.completions.create(
model="llama3.3:70b@N04-RTX",
messages=[{"role": "user", "content": "Hello!"}]
)
print(response.choices[0].message.content)
