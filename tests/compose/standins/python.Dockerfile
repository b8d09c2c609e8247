# python:3.13-slim
FROM localhost/debian:trixie
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get install -y -qq --no-install-recommends python3 python3-venv && ln -s python3 /usr/bin/python && apt-get clean
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
