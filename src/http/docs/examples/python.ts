/** The main job in Python without packages. */
export const pythonExample = `# Records a consent, verifies the person, reads the balance, withdraws the consent. Python 3.9 or newer, no packages.
#   VERIMETER_URL=http://127.0.0.1:8787 VERIMETER_KEY=vm_test_... python3 verify.py
import json, os, sys, time, urllib.error, urllib.request, uuid
from datetime import datetime, timezone

URL, KEY = os.environ["VERIMETER_URL"], os.environ["VERIMETER_KEY"]
PERSON = {"id_number": os.environ.get("PERSON_NUMBER", "11010519491231002X"), "name": os.environ.get("PERSON_NAME", "张三")}


def send(method, path, body=None, **headers):
    """Status and JSON. The ID number is in the body alone: never in a path, a query, a reference or a log."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {
        "Authorization": "Bearer " + KEY, "Content-Type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=40) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as problem:
        return problem.code, json.load(problem)


def must(answer):
    status, body = answer
    if status >= 300:
        sys.exit("%s %s (%s, retry: %s): %s" % (status, body["code"], body["request_id"], body["retry"], body["detail"]))
    return body


def verify(idempotency_key, body):
    wait = 1
    while True:
        try:
            answer = send("POST", "/v1/verifications", body, **{"Idempotency-Key": idempotency_key})
        except (OSError, ValueError):
            answer = (0, None)  # No whole answer: the gateway may have asked and charged.
        # Still asked, too fast, a fault, overloaded, in doubt: the SAME key and body again, later.
        if answer[0] not in (0, 409, 429, 500, 503, 504):
            return must(answer)
        if wait > 32:
            sys.exit("in doubt: keep the key %s and send it again later" % idempotency_key)
        print("%s: again with the same key in %s s" % (answer[0], wait), file=sys.stderr)
        time.sleep(wait)
        wait *= 2


# Your own reference and key: in an app they are stored in your database BEFORE anything is sent.
reference, idempotency_key = "consent-%s" % uuid.uuid4(), "order-%s" % uuid.uuid4()
must(send("POST", "/v1/consents", {
    "reference": reference, "data_subject": PERSON, "type": "click", "separate_consent": True,
    "purposes": ["real_name_registration"], "checks": ["id2"], "sources": ["sandbox"],
    "notice": {"version": "1", "sha256": "dcd549e828c7c961013d4805873ce1fa685a99bc87e8751518ed6ad46b9a9aaf"},
    "evidence": {"sha256": "6d2e8457d4d9a31a1d2f143afa2afb00c114f1b2f1321df6209fc043dc6926fa"},
    "granted_at": datetime.now(timezone.utc).isoformat(timespec="seconds")}))
print(json.dumps(verify(idempotency_key, {
    "check": "id2", "data_subject": PERSON, "consent_reference": reference, "purpose": "real_name_registration"})))
print(json.dumps(must(send("GET", "/v1/balance"))))
print(json.dumps(must(send("POST", "/v1/consents/%s/withdrawal" % reference, {"source": "data_subject"}))))
`
