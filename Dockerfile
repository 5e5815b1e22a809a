# One static program, nobody's user, nothing else:
#   docker build -t awscred . && docker run --rm --network none -v "$PWD:/repo:ro" awscred scan /repo
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /awscred ./cmd/awscred

FROM scratch
COPY --from=build /awscred /awscred
# For clone URLs and --verify only; a scan of a directory needs neither.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
USER 65532:65532
WORKDIR /repo
ENTRYPOINT ["/awscred"]
CMD ["scan", "."]
