# The portal in a container: nothing but the binary, as a user without rights,
# on a file system that can be read-only. scripts/prove image runs these steps
# without Docker; it knows FROM, ARG, ENV, WORKDIR, COPY, RUN and what describes
# the image, and refuses any other instruction.

FROM node:22-bookworm-slim AS assets
WORKDIR /src
COPY scripts/assets scripts/
COPY public/package.json public/package-lock.json public/bootstrap.scss public/
RUN mkdir public/vendor && scripts/assets

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
COPY --from=assets /src/public/vendor public/vendor/
ARG VERSION=dev
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -buildvcs=false \
    -ldflags "-s -w -X sourcier/internal/app.Version=$VERSION" \
    -o /image/usr/local/bin/sourcier ./cmd/sourcier
# A store elsewhere may ask for TLS. /tmp and /data are where volumes go.
RUN mkdir -p /image/etc/ssl/certs /owned && \
    cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ && \
    echo 'sourcier:x:65532:65532::/data:/' >/image/etc/passwd && \
    mkdir -m 1777 /image/tmp && mkdir -m 700 /owned/data

FROM scratch
LABEL org.opencontainers.image.title="Sourcier" org.opencontainers.image.licenses="MIT"
COPY --from=build /image /
COPY --from=build --chown=65532:65532 /owned /
# A number, so that an orchestrator can see that it is not root.
USER 65532:65532
ENV SOURCIER_ADDR=0.0.0.0:8080 SOURCIER_CONTAINER=true SOURCIER_DATA=/data SOURCIER_LOG_FORMAT=json
# What a command writes without being told where, rejects of an import for
# instance, lies beside the data.
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=2m CMD ["/usr/local/bin/sourcier", "health"]
ENTRYPOINT ["/usr/local/bin/sourcier"]
CMD ["serve"]
