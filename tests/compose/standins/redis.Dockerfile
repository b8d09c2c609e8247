# redis:7.4-alpine, which is built without protected mode
FROM localhost/debian:trixie
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get install -y -qq --no-install-recommends redis-server && apt-get clean
COPY --chmod=755 redis-entrypoint /usr/local/bin/
WORKDIR /data
USER redis
ENTRYPOINT ["redis-entrypoint"]
CMD ["redis-server"]
