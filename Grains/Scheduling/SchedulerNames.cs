namespace Crescent.Grains.Scheduling;

/// <summary>Values of <c>spec.schedulerName</c> served here.</summary>
internal static class SchedulerNames
{
    public const string Default = "default-scheduler";
}
