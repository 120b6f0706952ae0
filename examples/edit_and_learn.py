"""Talk, correct, talk again: five lines in a program of your own.

python examples/edit_and_learn.py
"""

from tailored import Assistant

with Assistant.open("./data") as assistant:
    reply = assistant.chat("ada", "Write a short note to my team: the office closes at noon on Friday.")
    lesson = assistant.edit(reply, "- Office closes Friday, noon\n- Plan ahead")
    print("learned:", ", ".join(lesson.wishes))
    print(assistant.chat("ada", "Write a short note to my team: the coffee machine is broken.").text)
