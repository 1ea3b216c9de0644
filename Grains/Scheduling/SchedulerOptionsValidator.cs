using Microsoft.Extensions.Options;

namespace Crescent.Grains.Scheduling;

internal sealed class SchedulerOptionsValidator : IValidateOptions<SchedulerOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulerOptions options)
    {
        var problems = new List<string>();
        RequirePositive(options.InitialBackoff, nameof(options.InitialBackoff));
        RequirePositive(options.LongestWait, nameof(options.LongestWait));
        RequirePositive(options.Slice, nameof(options.Slice));
        RequirePositive(options.EnsurePeriod, nameof(options.EnsurePeriod));
        if (options.MaxBackoff < options.InitialBackoff)
        {
            problems.Add($"{nameof(options.MaxBackoff)} must not be shorter than {nameof(options.InitialBackoff)}");
        }

        if (options.ParallelBindings < 1)
        {
            problems.Add($"{nameof(options.ParallelBindings)} must be at least 1");
        }

        if (options.PercentageOfNodesToScore is < 0 or > 100)
        {
            problems.Add($"{nameof(options.PercentageOfNodesToScore)} must be between 0 and 100");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void RequirePositive(TimeSpan value, string option)
        {
            if (value <= TimeSpan.Zero)
            {
                problems.Add($"{option} must be positive");
            }
        }
    }
}
