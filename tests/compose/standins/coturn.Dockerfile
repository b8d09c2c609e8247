# coturn/coturn:4.13.1: its binary has this capability, and it runs as nobody.
FROM localhost/debian:trixie
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get install -y -qq --no-install-recommends coturn libcap2-bin && setcap cap_net_bind_service=+ep /usr/bin/turnserver && apt-get clean
USER nobody:nogroup
CMD ["turnserver", "--log-file=stdout"]
