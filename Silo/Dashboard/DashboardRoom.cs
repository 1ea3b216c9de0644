using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Orleans.Runtime;

namespace Crescent.SiloHost.Dashboard;

/// <summary>
/// Gives the dashboard's instruments less room for labels. The dashboard builds a meter provider of its own, outside of dependency injection,
/// with room for 2,000 sets of labels for each of Orleans' hundred instruments from the start: seventeen megabytes.
/// So when it has been built it is replaced by one that is alike but for that.
/// </summary>
internal sealed partial class DashboardRoom(IServiceProvider services, OrleansInstruments instruments, ILogger<DashboardRoom> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>Sets of labels of one instrument; as many as the silo's own figures have.</summary>
    public const int LabelSets = 250;

    private const int ExportTimeoutMilliseconds = 1000;
    private const string ProviderField = "_meterProvider";
    private const string ExporterType = "Orleans.Dashboard.Implementation.DashboardTelemetryExporter";

    /// <summary>The dashboard's smaller provider; null until it is replaced.</summary>
    internal MeterProvider? Provider { get; private set; }

    /// <summary>Right after the dashboard, which starts just before this stage.</summary>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(DashboardRoom), ServiceLifecycleStage.Active, ReplaceAsync);

    /// <summary>Replaces the provider; false when this version of the dashboard is made otherwise, which costs memory and nothing else.</summary>
    private bool TryReplace()
    {
        var host = DashboardPace.FindHost(services);
        var field = host?.GetType().GetField(ProviderField, BindingFlags.Instance | BindingFlags.NonPublic);
        if (field?.GetValue(host) is not MeterProvider before ||
            host!.GetType().Assembly.GetType(ExporterType) is not { } type ||
            services.GetService(type) is not BaseExporter<Metric> exporter)
        {
            return false;
        }

        // First the old one, which reports a last time: both would share the exporter.
        before.Dispose();
        Provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(instruments.Meter.Name)
            .AddView(Stream)
            .AddReader(new PeriodicExportingMetricReader(exporter, (int)DashboardPace.Interval.TotalMilliseconds, ExportTimeoutMilliseconds))
            .Build();
        field.SetValue(host, Provider);
        return true;
    }

    private static MetricStreamConfiguration Stream(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>)
            ? new ExplicitBucketHistogramConfiguration { Boundaries = [], CardinalityLimit = LabelSets }
            : new MetricStreamConfiguration { CardinalityLimit = LabelSets };

    private Task ReplaceAsync(CancellationToken cancellationToken)
    {
        if (!TryReplace())
        {
            LogNotReplaced();
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The dashboard's room for labels cannot be set; the silo uses more memory than it must")]
    private partial void LogNotReplaced();
}
