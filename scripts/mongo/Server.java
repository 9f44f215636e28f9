import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

/**
 * A MongoDB-compatible server for the tests, on a free loopback port, which it
 * prints as a connection URI. With an argument, documents are kept in that
 * file (H2) and survive a restart; without, in memory. Ends with SIGTERM.
 */
public final class Server {
    public static void main(String[] args) throws InterruptedException {
        MongoBackend backend = args.length > 0 ? new H2Backend(args[0]) : new MemoryBackend();
        MongoServer server = new MongoServer(backend);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        server.bind("127.0.0.1", 0);
        System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
        Thread.currentThread().join();
    }
}
