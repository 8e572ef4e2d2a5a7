#!/usr/bin/env bash
# Starts the broker as apache/kafka does: KAFKA_A_B=x becomes a.b=x (`__` is `_`, `___` is `-`),
# the folder is formatted with CLUSTER_ID once, then the broker takes this process's place.
set -euo pipefail

properties=/opt/kafka/config/server.properties
not_properties=" KAFKA_HEAP_OPTS KAFKA_OPTS KAFKA_JVM_PERFORMANCE_OPTS KAFKA_JMX_OPTS KAFKA_LOG4J_OPTS KAFKA_GC_LOG_OPTS \
KAFKA_VERSION KAFKA_LOG4J_ROOT_LOGLEVEL KAFKA_LOG4J_LOGGERS KAFKA_TOOLS_LOG4J_LOGLEVEL KAFKA_JMX_HOSTNAME KAFKA_JMX_PORT "

property_name() {
    local name=${1#KAFKA_}
    name=${name,,}
    name=${name//___/-}
    name=${name//__/$'\x01'}
    name=${name//_/.}
    printf '%s' "${name//$'\x01'/_}"
}

: >"$properties"
for variable in $(compgen -e KAFKA_); do
    case "$not_properties" in *" $variable "*) continue ;; esac
    printf '%s=%s\n' "$(property_name "$variable")" "${!variable}" >>"$properties"
done

classpath=$(printf ':%s' /opt/kafka/libs/*.jar)
run() {
    # shellcheck disable=SC2086  # options are lists by design, as in Kafka's own scripts
    exec java ${KAFKA_HEAP_OPTS:--Xms256m -Xmx1g} ${KAFKA_JVM_PERFORMANCE_OPTS:-} ${KAFKA_OPTS:-} \
        -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dorg.slf4j.simpleLogger.showDateTime=true \
        -cp "${classpath#:}" "$@"
}

(run kafka.tools.StorageTool format --ignore-formatted -t "${CLUSTER_ID:?CLUSTER_ID must be set}" -c "$properties")
run kafka.Kafka "$properties"
