"""Whether a service lives, and whether it is ready: with the reasons, for people and for probes."""

from fastapi import APIRouter, Request, Response

from shared.bus import BusRefused, BusUnreachable
from shared.log import LogUnreachable
from shared.provision import LogSettingsDiffer, check
from shared.service import Running

router = APIRouter(tags=["health"])


@router.get("/livez")
async def livez() -> dict[str, bool]:
    """Say that the process turns."""
    return {"alive": True}


@router.get("/readyz")
async def readyz(request: Request, response: Response) -> dict[str, object]:
    """Say whether commands and queries can be answered; 503 with the reasons when not."""
    running: Running = request.app.state.running
    reasons: list[str] = []
    head: int | None = None
    try:
        await check(running.log.bus, running.settings.nats_monitor_url)
        head = await running.log.head()
    except (BusUnreachable, LogUnreachable) as away:
        reasons.append(f"log: {away}")
    except (BusRefused, LogSettingsDiffer) as wrong:
        reasons.append(f"log settings: {wrong}")
    except OSError as away:
        reasons.append(f"monitor of nats-server: {away}")
    status = running.runner.status
    if status.state != "following":
        reasons.append(f"projection {status.state}: {status.why or 'not there yet'}")
    response.status_code = 503 if reasons else 200
    return {
        "ready": not reasons,
        "reasons": reasons,
        "service": running.name,
        "log": {"head": head},
        "projection": {"position": status.position, "state": status.state},
    }
