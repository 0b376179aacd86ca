import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A subscriber to topic mentions, whole: it keeps the newest version of every mention, obeys tombstones and
 * expiry, acknowledges erasures.
 *
 * <p>Needs Java 21, kafka-clients and jackson-databind, nothing of dengar. docs/subscriber.md explains the rules it follows; subscriber.py
 * beside it does the same in Python.
 *
 * <pre>
 * java Subscriber --group sub.contoh.arsip --store held/ [--bootstrap host:port] [--config client.properties] [--once]
 * java Subscriber --store held/ --dump
 * </pre>
 */
public final class Subscriber {
    private static final String TOPIC = "mentions";
    private static final String ACKS = "erasure-acks";
    private static final Duration SWEEP = Duration.ofHours(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One file an id: the highest version seen, and the mention, or null where it is deleted. In earnest, a table of your database. */
    record Store(Path folder) {
        record Held(String id, long version, JsonNode mention) {}

        /** What is held of an id; null for one never seen. */
        Held get(String id) throws IOException {
            Path file = file(id);
            return Files.exists(file) ? read(file) : null;
        }

        void put(String id, long version, JsonNode mention) throws IOException {
            ObjectNode row = JSON.createObjectNode().put("id", id).put("version", version);
            row.set("mention", mention);
            Path draft = folder.resolve("draft");
            // On the disk before the offset is committed; the move makes it whole or not there.
            Files.write(draft, JSON.writeValueAsBytes(row), CREATE, WRITE, TRUNCATE_EXISTING, DSYNC);
            Files.move(draft, file(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        /** Rule 4: drop what was not seen again by its expires_at, as it was not verified; how many. The version stays. */
        int expire(Instant now) throws IOException {
            int count = 0;
            for (Held held : all()) {
                if (held.mention() != null
                        && !OffsetDateTime.parse(held.mention().get("expires_at").asText()).toInstant().isAfter(now)) {
                    put(held.id(), held.version(), null);
                    count++;
                }
            }
            return count;
        }

        List<Held> all() throws IOException {
            var rows = new ArrayList<Held>();
            try (var files = Files.newDirectoryStream(folder, "*.json")) {
                for (Path file : files) {
                    rows.add(read(file));
                }
            }
            rows.sort(Comparator.comparing(Held::id));
            return rows;
        }

        private static Held read(Path file) throws IOException {
            JsonNode row = JSON.readTree(file.toFile());
            JsonNode mention = row.get("mention");
            // A version exceeds 2^53: a long, never a double.
            return new Held(row.get("id").asText(), row.get("version").asLong(), mention.isNull() ? null : mention);
        }

        private Path file(String id) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
                return folder.resolve(HexFormat.of().formatHex(digest) + ".json");
            } catch (java.security.NoSuchAlgorithmException error) {
                throw new IllegalStateException(error);
            }
        }
    }

    /** Bring the store up to one record; a word for what the record was. Rule 1: repeats; rule 2: versions; rule 3: deletions. */
    static String apply(Store store, Store.Held held, JsonNode record) throws IOException {
        String id = record.get("id").asText();
        long version = record.get("version").asLong();
        if (held != null && version <= held.version()) {
            return version == held.version() ? "repeat" : "older";
        }
        if (record.get("deleted").asBoolean()) {
            // Keep the version without the text, or a late repeat of the mention brings it back.
            store.put(id, version, null);
            return "deletion";
        }
        store.put(id, version, record);
        return held == null || held.mention() == null ? "new" : change(held.mention(), record);
    }

    /** Why a mention came again. None of this is needed to be right; it tells whom to notify. */
    static String change(JsonNode before, JsonNode after) {
        if (after.get("label_revision").asInt() > before.get("label_revision").asInt()) {
            return "correction"; // a person judged
        }
        if (!after.get("content_version").equals(before.get("content_version"))) {
            return "edit";
        }
        if (after.get("enrichment_revision").asInt() > before.get("enrichment_revision").asInt()) {
            return "re-enrichment"; // newer models judged
        }
        return "refresh"; // fresh counters
    }

    /** A record for erasure-acks: everything of the partition below the offset is applied here. */
    static ProducerRecord<String, String> acknowledgement(String erasure, String group, TopicPartition place, long offset, int removed)
            throws IOException {
        String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        String id = String.join("/", erasure, group, place.topic(), String.valueOf(place.partition()), String.valueOf(offset));
        ObjectNode value = JSON.createObjectNode()
                .put("id", id)
                .put("erasure_id", erasure)
                .put("subscriber", group)
                .put("topic", place.topic())
                .put("partition", place.partition())
                .put("offset", offset)
                .put("removed", removed)
                .put("acknowledged_at", now);
        var record = new ProducerRecord<>(ACKS, erasure, JSON.writeValueAsString(value));
        Map<String, String> attributes = Map.of(
                "ce_specversion", "1.0",
                "ce_id", id,
                "ce_source", "/" + group,
                "ce_type", "dengar.erasure-ack",
                "ce_time", now,
                "ce_subject", id,
                "ce_dataschema", "/erasure-ack/1.0.0",
                "content-type", "application/json");
        attributes.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    /** Apply batch after batch; counts by kind of record. Each batch: store, then acknowledge, then commit; a crash repeats it. */
    static Map<String, Integer> run(
            Store store, KafkaConsumer<String, String> consumer, KafkaProducer<String, String> producer, String group, boolean once)
            throws IOException, InterruptedException, ExecutionException {
        record Erased(String erasure, TopicPartition place) {}
        Map<String, Integer> counts = new TreeMap<>();
        Map<TopicPartition, Long> ends = null;
        Instant swept = Instant.now();
        consumer.subscribe(List.of(TOPIC));
        while (true) {
            ConsumerRecords<String, String> batch = consumer.poll(Duration.ofMillis(500));
            Map<Erased, Integer> erased = new HashMap<>();
            for (ConsumerRecord<String, String> message : batch) {
                if (message.value() == null) {
                    continue; // a hard tombstone: compaction has cleaned up, the soft one came before it
                }
                JsonNode record = JSON.readTree(message.value());
                Store.Held held = store.get(record.get("id").asText());
                String kind = apply(store, held, record);
                counts.merge(kind, 1, Integer::sum);
                if (record.hasNonNull("erasure_id")) {
                    boolean gone = kind.equals("deletion") && held != null && held.mention() != null;
                    var place = new TopicPartition(message.topic(), message.partition());
                    erased.merge(new Erased(record.get("erasure_id").asText(), place), gone ? 1 : 0, Integer::sum);
                }
            }
            var sent = new ArrayList<java.util.concurrent.Future<?>>();
            for (var entry : erased.entrySet()) {
                TopicPartition place = entry.getKey().place();
                long offset = batch.records(place).getLast().offset() + 1;
                sent.add(producer.send(acknowledgement(entry.getKey().erasure(), group, place, offset, entry.getValue())));
            }
            for (var one : sent) {
                one.get();
            }
            try {
                if (!batch.isEmpty()) {
                    consumer.commitSync();
                }
            } catch (CommitFailedException error) {
                continue; // the partitions went to another member: it repeats the batch, which changes nothing
            }
            boolean through = false;
            if (once && !consumer.assignment().isEmpty()) {
                ends = ends == null ? consumer.endOffsets(consumer.assignment()) : ends;
                through = ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            }
            if (through || swept.plus(SWEEP).isBefore(Instant.now())) {
                swept = Instant.now();
                int expired = store.expire(swept);
                if (expired > 0) {
                    counts.merge("expired", expired, Integer::sum);
                }
            }
            if (through) {
                return counts;
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> asked = new HashMap<>(Map.of("--bootstrap", "localhost:29092", "--group", "sub.contoh.arsip"));
        for (int at = 0; at < arguments.length; at++) {
            boolean flag = arguments[at].equals("--once") || arguments[at].equals("--dump");
            asked.put(arguments[at], flag ? "" : arguments[++at]);
        }
        Path folder = Path.of(asked.get("--store"));
        Files.createDirectories(folder);
        Store store = new Store(folder);
        if (asked.containsKey("--dump")) {
            for (Store.Held held : store.all()) {
                System.out.println(JSON.writeValueAsString(held));
            }
            return;
        }
        Properties settings = new Properties();
        if (asked.containsKey("--config")) {
            try (var file = new FileInputStream(asked.get("--config"))) {
                settings.load(file);
            }
        }
        settings.put("bootstrap.servers", asked.get("--bootstrap"));
        Properties reading = new Properties();
        reading.putAll(settings);
        reading.put("group.id", asked.get("--group"));
        reading.put("enable.auto.commit", "false");
        reading.put("auto.offset.reset", "earliest");
        settings.put("acks", "all");
        try (var consumer = new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer());
                var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                consumer.wakeup();
                try {
                    main.join(10_000);
                } catch (InterruptedException error) {
                    Thread.currentThread().interrupt();
                }
            }));
            System.out.println(JSON.writeValueAsString(run(store, consumer, producer, asked.get("--group"), asked.containsKey("--once"))));
        } catch (WakeupException error) {
            System.err.println("stopped");
        }
    }
}
