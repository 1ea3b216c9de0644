using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Crescent.SiloHost.Dashboard;

/// <summary>
/// Lets the dashboard read Orleans' instruments as seldom as it stores their counters. Its own pace, once a second, costs an idle silo a
/// quarter of its CPU time (some instruments count by walking what they count), and the property for it has no public setter.
/// </summary>
internal sealed partial class DashboardPace(IServiceProvider services, ILogger<DashboardPace> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const string HostType = "Orleans.Dashboard.DashboardHost";
    private const string IntervalProperty = "ExportIntervalMilliseconds";

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(DashboardPace), ServiceLifecycleStage.First, SetAsync);

    /// <summary>Sets the pace; false when this version of the dashboard has no such property, which costs CPU time and nothing else.</summary>
    internal bool TrySet()
    {
        var host = FindHost(services);
        if (host?.GetType().GetProperty(IntervalProperty, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public) is not { } property)
        {
            return false;
        }

        property.SetValue(host, (int)Interval.TotalMilliseconds);
        return true;
    }

    internal static object? FindHost(IServiceProvider services) =>
        services.GetServices<ILifecycleParticipant<ISiloLifecycle>>().FirstOrDefault(static item => item.GetType().FullName == HostType);

    private Task SetAsync(CancellationToken cancellationToken)
    {
        if (!TrySet())
        {
            LogNotSet();
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The dashboard's pace cannot be set; an idle silo uses more CPU time than it must")]
    private partial void LogNotSet();
}
