# postgres:17-alpine
FROM localhost/debian:trixie
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get install -y -qq --no-install-recommends postgresql-17 && apt-get clean
ENV PATH=/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin PGDATA=/var/lib/postgresql/data
COPY --chmod=755 postgres-entrypoint /usr/local/bin/
ENTRYPOINT ["postgres-entrypoint"]
STOPSIGNAL SIGINT
CMD ["postgres"]
