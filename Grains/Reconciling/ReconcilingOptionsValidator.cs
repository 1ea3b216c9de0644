using Microsoft.Extensions.Options;

namespace Crescent.Grains.Reconciling;

internal sealed class ReconcilingOptionsValidator : IValidateOptions<ReconcilingOptions>
{
    public ValidateOptionsResult Validate(string? name, ReconcilingOptions options)
    {
        List<string> problems = [];
        Check(options.SweepPeriod >= TimeSpan.FromSeconds(1), "SweepPeriod must be at least 1 second");
        Check(options.MinBackoff > TimeSpan.Zero, "MinBackoff must be positive");
        Check(options.MaxBackoff >= options.MinBackoff, "MaxBackoff must not be less than MinBackoff");
        Check(options.RunTimeout > TimeSpan.Zero, "RunTimeout must be positive");
        Check(options.MaxPause >= TimeSpan.Zero, "MaxPause must not be negative");
        Check(options.NudgeQueueLength > 0, "NudgeQueueLength must be positive");
        Check(options.MaxParallelWrites > 0, "MaxParallelWrites must be positive");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(bool isValid, string problem)
        {
            if (!isValid)
            {
                problems.Add($"{nameof(ReconcilingOptions)}: {problem}");
            }
        }
    }
}
