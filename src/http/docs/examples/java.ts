/** The main job in Java without packages. */
export const javaExample = String.raw`// Records a consent, verifies the person, reads the balance, withdraws the consent. Java 17 or newer, no packages.
//   VERIMETER_URL=http://127.0.0.1:8787 VERIMETER_KEY=vm_test_... java Verify.java
import java.io.IOException;
import java.net.URI;
import java.net.http.*;
import java.time.*;
import java.time.temporal.ChronoUnit;
import java.util.*;

public class Verify {
    static final String URL = System.getenv("VERIMETER_URL"), KEY = System.getenv("VERIMETER_KEY");
    static final String PERSON = "{\"id_number\": \"%s\", \"name\": \"%s\"}".formatted(
        System.getenv().getOrDefault("PERSON_NUMBER", "11010519491231002X"), System.getenv().getOrDefault("PERSON_NAME", "张三"));
    static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    // Still asked, too fast, a fault, overloaded, in doubt: the SAME key and body again, later.
    static final Set<Integer> SEND_AGAIN = Set.of(409, 429, 500, 503, 504);

    // The ID number is in the body alone: never in a path, a query, a reference or a log.
    static HttpResponse<String> send(String method, String path, String body, String idempotencyKey) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(URL + path)).timeout(Duration.ofSeconds(40))
            .header("Authorization", "Bearer " + KEY)
            .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) request.header("Content-Type", "application/json");
        if (idempotencyKey != null) request.header("Idempotency-Key", idempotencyKey);
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static String must(HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        return answer.body();
    }

    static String verify(String idempotencyKey, String body) throws InterruptedException {
        for (int wait = 1; ; wait *= 2) {
            try {
                var answer = send("POST", "/v1/verifications", body, idempotencyKey);
                if (!SEND_AGAIN.contains(answer.statusCode())) return must(answer);
                System.err.println(answer.statusCode() + ": again with the same key in " + wait + " s");
            } catch (IOException noWholeAnswer) {
                System.err.println("no answer, the gateway may have asked and charged: again with the same key in " + wait + " s");
            }
            if (wait > 32) throw new IllegalStateException("in doubt: keep the key " + idempotencyKey + " and send it again later");
            Thread.sleep(wait * 1000L);
        }
    }

    public static void main(String[] args) throws Exception {
        // Your own reference and key: in an app they are stored in your database BEFORE anything is sent.
        var reference = "consent-" + UUID.randomUUID();
        var idempotencyKey = "order-" + UUID.randomUUID();
        must(send("POST", "/v1/consents", """
            {"reference": "%s", "data_subject": %s, "type": "click", "separate_consent": true,
             "purposes": ["real_name_registration"], "checks": ["id2"], "sources": ["sandbox"],
             "notice": {"version": "1", "sha256": "dcd549e828c7c961013d4805873ce1fa685a99bc87e8751518ed6ad46b9a9aaf"},
             "evidence": {"sha256": "6d2e8457d4d9a31a1d2f143afa2afb00c114f1b2f1321df6209fc043dc6926fa"},
             "granted_at": "%s"}""".formatted(reference, PERSON, Instant.now().truncatedTo(ChronoUnit.SECONDS)), null));
        System.out.println(verify(idempotencyKey, """
            {"check": "id2", "data_subject": %s, "consent_reference": "%s", "purpose": "real_name_registration"}""".formatted(PERSON, reference)));
        System.out.println(must(send("GET", "/v1/balance", null, null)));
        System.out.println(must(send("POST", "/v1/consents/" + reference + "/withdrawal", "{\"source\": \"data_subject\"}", null)));
    }
}
`
