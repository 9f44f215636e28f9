# Starts the MongoDB-compatible test server for the script that sources this,
# and stops it with the script. SOURCIER_TEST_MONGO names another server.
mongo_pid=
stop_mongo() { [ -z "$mongo_pid" ] || kill "$mongo_pid" 2>/dev/null || true; }
trap stop_mongo EXIT

start_mongo() {
  [ -z "${SOURCIER_TEST_MONGO:-}" ] || return 0
  local said
  said=$(mktemp)
  scripts/mongo/start >"$said" &
  mongo_pid=$!
  for _ in $(seq 900); do
    SOURCIER_TEST_MONGO=$(grep -m1 -o 'mongodb://.*' "$said" || true)
    [ -z "$SOURCIER_TEST_MONGO" ] || break
    kill -0 "$mongo_pid" 2>/dev/null || break
    sleep 0.2
  done
  rm -f "$said"
  [ -n "$SOURCIER_TEST_MONGO" ] || die "Le serveur MongoDB d’essai n’a pas démarré."
  export SOURCIER_TEST_MONGO
}
