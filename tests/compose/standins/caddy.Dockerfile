# caddy:2.10-alpine
FROM localhost/debian:trixie
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get install -y -qq --no-install-recommends caddy libcap2-bin wget && setcap cap_net_bind_service=+ep /usr/bin/caddy && apt-get clean
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
WORKDIR /srv
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
