/** The main job in Go without packages. */
export const goExample = `// Records a consent, verifies the person, reads the balance, withdraws the consent. Go 1.21 or newer, no packages.
//   VERIMETER_URL=http://127.0.0.1:8787 VERIMETER_KEY=vm_test_... go run verify.go
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

type object = map[string]any

var client = http.Client{Timeout: 40 * time.Second}

// Still asked, too fast, a fault, overloaded, in doubt: the SAME key and body again, later.
var sendAgain = map[int]bool{409: true, 429: true, 500: true, 503: true, 504: true}

// send returns status and body. The ID number is in the body alone: never in a path, a query, a reference or a log.
func send(method, path string, body object, idempotencyKey string) (int, string, error) {
	var data io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, "", err
		}
		data = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, os.Getenv("VERIMETER_URL")+path, data)
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("VERIMETER_KEY"))
	request.Header.Set("Content-Type", "application/json")
	if idempotencyKey != "" {
		request.Header.Set("Idempotency-Key", idempotencyKey)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

func must(status int, text string, err error) string {
	if err != nil || status >= 300 {
		log.Fatal(status, " ", text, err)
	}
	return text
}

func verify(idempotencyKey string, body object) string {
	for wait := 1; ; wait *= 2 {
		status, text, err := send("POST", "/v1/verifications", body, idempotencyKey)
		// Without a whole answer the gateway may have asked and charged.
		if err == nil && !sendAgain[status] {
			return must(status, text, nil)
		}
		if wait > 32 {
			log.Fatal("in doubt: keep the key ", idempotencyKey, " and send it again later")
		}
		log.Printf("%d: again with the same key in %d s", status, wait)
		time.Sleep(time.Duration(wait) * time.Second)
	}
}

func fresh(prefix string) string {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		log.Fatal(err)
	}
	return prefix + hex.EncodeToString(random)
}

func environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	person := object{"id_number": environment("PERSON_NUMBER", "11010519491231002X"), "name": environment("PERSON_NAME", "张三")}
	// Your own reference and key: in an app they are stored in your database BEFORE anything is sent.
	reference, idempotencyKey := fresh("consent-"), fresh("order-")
	must(send("POST", "/v1/consents", object{
		"reference": reference, "data_subject": person, "type": "click", "separate_consent": true,
		"purposes": []string{"real_name_registration"}, "checks": []string{"id2"}, "sources": []string{"sandbox"},
		"notice":     object{"version": "1", "sha256": "dcd549e828c7c961013d4805873ce1fa685a99bc87e8751518ed6ad46b9a9aaf"},
		"evidence":   object{"sha256": "6d2e8457d4d9a31a1d2f143afa2afb00c114f1b2f1321df6209fc043dc6926fa"},
		"granted_at": time.Now().UTC().Format(time.RFC3339),
	}, ""))
	fmt.Println(verify(idempotencyKey, object{
		"check": "id2", "data_subject": person, "consent_reference": reference, "purpose": "real_name_registration",
	}))
	fmt.Println(must(send("GET", "/v1/balance", nil, "")))
	fmt.Println(must(send("POST", "/v1/consents/"+reference+"/withdrawal", object{"source": "data_subject"}, "")))
}
`
