# The worker image: the one binary with what it needs to run. Debian 12 because
# go-astiav v0.16 binds its FFmpeg 5.1.
FROM golang:1.26-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends pkg-config \
    libavcodec-dev libavformat-dev libavfilter-dev libavdevice-dev libavutil-dev \
    libswscale-dev libswresample-dev libpostproc-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /dailies ./cmd/dailies

FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates espeak-ng \
    fonts-noto-cjk fonts-noto-core fonts-dejavu-core libavcodec59 libavformat59 libavfilter8 libavdevice59 \
    libswscale6 libswresample4 libpostproc56 && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 dailies && useradd --create-home --uid 10001 --gid 10001 dailies \
    && mkdir /home/dailies/data && chown dailies:dailies /home/dailies/data
COPY --from=build /dailies /usr/local/bin/dailies
# In numbers, so that Kubernetes sees that it is not root.
USER 10001:10001
WORKDIR /home/dailies
ENTRYPOINT ["dailies"]
