namespace Crescent.Definitions.Kinds;

internal static class CronJobKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "batch",
        Version = "v1",
        Kind = "CronJob",
        Plural = "cronjobs",
        Singular = "cronjob",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.batch.v1.CronJob",
        ShortNames = ["cj"],
        Categories = ["all"],
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "CronJob" }],
        Columns =
        [
            Columns.Text("Schedule", "When it runs, in cron form.", static item => item.Text("spec", "schedule")),
            Columns.Text("Timezone", "Zone the schedule is read in.", static item => Columns.OrNone(item.Text("spec", "timeZone"))),
            Columns.Text("Suspend", "Whether further runs are held back.", static item => item.Flag("spec", "suspend") ? "True" : "False"),
            Columns.Integer("Active", "Jobs that run now.", static item => item.Items("status", "active").Count()),
            new("Last Schedule", "string", "Time since the last run was due.", static (item, now) =>
                item.Time("status", "lastScheduleTime") is { } last ? HumanDuration.Since(last, now) : Columns.None),
            Columns.Age,
            Columns.Text("Containers", "Names of each container in the template.", static item => Columns.ContainerFields(item.At("spec", "jobTemplate", "spec", "template"), "name"), priority: 1),
            Columns.Text("Images", "Images referenced by each container in the template.", static item => Columns.ContainerFields(item.At("spec", "jobTemplate", "spec", "template"), "image"), priority: 1),
            Columns.Text("Selector", "Label selector of the jobs' pods.", static item => Columns.FormatSelector(item.At("spec", "jobTemplate", "spec", "selector")), priority: 1),
        ],
    };
}
