"""Judges exposition documents with the strict parsers of the Python client.

Reads "<openmetrics|text> <length in bytes>\\n<document>" again and again, and answers each with one line of JSON.
Lengths, not separators: a document may hold any character. Numbers are answered as text, since JSON has no NaN.
"""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

PARSERS = {"openmetrics": parse_openmetrics, "text": parse_text}


def number(value):
    return None if value is None else str(float(value))


def exemplar(given):
    if given is None:
        return None
    return {"labels": given.labels, "value": number(given.value), "timestamp": number(given.timestamp)}


def sample(given):
    return {
        "name": given.name,
        "labels": given.labels,
        "value": number(given.value),
        "timestamp": number(given.timestamp),
        "exemplar": exemplar(given.exemplar),
    }


def family(given):
    return {
        "name": given.name,
        "type": given.type,
        "unit": given.unit,
        "help": given.documentation,
        "samples": [sample(each) for each in given.samples],
    }


def judge(parser, document):
    try:
        return {"ok": True, "families": [family(each) for each in parser(document.decode("utf-8"))]}
    except Exception as error:  # The parsers raise errors of many kinds on malformed input.
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


while header := sys.stdin.buffer.readline():
    kind, length = header.decode("ascii").split()
    verdict = judge(PARSERS[kind], sys.stdin.buffer.read(int(length)))
    print(json.dumps(verdict), flush=True)
