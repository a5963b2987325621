/** The main job as a shell script. Kept as text, because the page shows the very bytes that the tests run. */
export const curlExample = String.raw`#!/bin/sh
# Records a consent, verifies the person, reads balance and usage, withdraws the consent. Needs curl 7.55 or newer.
#   VERIMETER_URL=http://127.0.0.1:8787 VERIMETER_KEY=vm_test_... sh verify.sh
# Another person: PERSON_NUMBER=... PERSON_NAME=... from the environment.
set -eu
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=$(printenv PERSON_NUMBER || echo 11010519491231002X)
name=$(printenv PERSON_NAME || echo 张三)
# Your own keys and references: in an app they are stored in your database BEFORE anything is sent.
reference="consent-$(date +%s)-$$"
key="order-$(date +%s)-$$"

# From files, so that neither the API key nor the ID number stands in a command line, a URL or a log.
printf 'Authorization: Bearer %s\nContent-Type: application/json\nIdempotency-Key: %s\n' "$VERIMETER_KEY" "$key" > "$work/headers"
# send METHOD PATH [FILE OF THE BODY]; the status is 000 when no whole answer came.
send() {
  if [ $# -eq 3 ]; then set -- "$1" "$2" --data-binary "@$3"; fi
  method=$1; path=$2; shift 2
  status=$(curl -sS --max-time 40 -X "$method" -H "@$work/headers" "$@" -o "$work/answer" -w '%{http_code}' "$VERIMETER_URL$path") || status=000
}
must() { case $status in 2??) ;; *) cat "$work/answer" >&2; exit 1 ;; esac; }

cat > "$work/consent" <<END
{"reference": "$reference", "data_subject": {"id_number": "$number", "name": "$name"}, "type": "click",
 "separate_consent": true, "purposes": ["real_name_registration"], "checks": ["id2"], "sources": ["sandbox"],
 "notice": {"version": "1", "sha256": "dcd549e828c7c961013d4805873ce1fa685a99bc87e8751518ed6ad46b9a9aaf"},
 "evidence": {"sha256": "6d2e8457d4d9a31a1d2f143afa2afb00c114f1b2f1321df6209fc043dc6926fa"},
 "granted_at": "$(date -u +%Y-%m-%dT%H:%M:%SZ)"}
END
send POST /v1/consents "$work/consent"
must

cat > "$work/verification" <<END
{"check": "id2", "data_subject": {"id_number": "$number", "name": "$name"}, "consent_reference": "$reference",
 "purpose": "real_name_registration"}
END
wait=1
while :; do
  send POST /v1/verifications "$work/verification"
  # No whole answer, still asked, too fast, a fault, overloaded, in doubt: the SAME key and body again, later.
  case $status in 000|409|429|500|503|504) ;; *) break ;; esac
  if [ $wait -gt 32 ]; then echo "in doubt after $status: keep $key and send it again later" >&2; exit 75; fi
  echo "$status: again with the same key in $wait s" >&2
  sleep $wait
  wait=$((wait * 2))
done
# Every other problem needs a change first; "retry" in it says whether the key may be used again.
must
cat "$work/answer"; echo
for path in /v1/balance "/v1/usage?from=$(TZ=Asia/Shanghai date +%F)&to=$(TZ=Asia/Shanghai date +%F)"; do
  send GET "$path"; must; cat "$work/answer"; echo
done
echo '{"source": "data_subject"}' > "$work/withdrawal"
send POST "/v1/consents/$reference/withdrawal" "$work/withdrawal"
must
cat "$work/answer"; echo
`
