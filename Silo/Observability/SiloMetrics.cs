using System.Collections.Frozen;
using Crescent.Security;
using Crescent.SiloHost.Certificates;
using OpenTelemetry.Metrics;

namespace Crescent.SiloHost.Observability;

/// <summary>The silo's own figures at <c>/metrics</c>, in Prometheus' text format, for whoever has an administrator's certificate.</summary>
internal static class SiloMetrics
{
    private const string Path = "/metrics";

    /// <summary>
    /// Sets of labels that one instrument may have; beyond, they count together as <c>otel.metric.overflow</c>. Room for all of them is
    /// kept from the start (76 bytes each), and the default of 2,000 would take twenty megabytes. The most used have one set for each kind.
    /// </summary>
    private const int LabelSets = 250;

    /// <summary>Counted several times in every request or statement, and told better by others: a write alone paid a fiftieth of its time for them.</summary>
    private static readonly FrozenSet<string> Unread =
    [
        "kestrel.queued_requests", "db.client.operation.npgsql.bytes_written", "db.client.operation.npgsql.bytes_read",
    ];

    public static void AddSiloMetrics(this IServiceCollection services) => services.AddOpenTelemetry().WithMetrics(metrics => metrics
        .AddMeter("Crescent.*", "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql")
        .AddView(static instrument => Unread.Contains(instrument.Name) ? MetricStreamConfiguration.Drop : new MetricStreamConfiguration { CardinalityLimit = LabelSets })
        .AddPrometheusExporter(exporter =>
        {
            exporter.ScopeInfoEnabled = false;
            exporter.TargetInfoEnabled = false;
        }));

    public static void MapSiloMetrics(this IEndpointRouteBuilder endpoints) => endpoints
        .MapPrometheusScrapingEndpoint(Path)
        .Add(endpoint =>
        {
            var serve = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                if (IsMaster(context))
                {
                    return serve(context);
                }

                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });

    private static bool IsMaster(HttpContext context) => context.Connection.ClientCertificate is { } certificate
        && ClusterTrust.IsIssuedBy(certificate, context.RequestServices.GetRequiredService<SiloCertificates>().Authorities)
        && ClusterIdentities.IsMemberOf(certificate, ClusterIdentities.Masters);
}
