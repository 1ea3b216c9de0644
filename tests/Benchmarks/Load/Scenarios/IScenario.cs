namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>One thing to measure.</summary>
internal interface IScenario
{
    /// <summary>As named on the command line.</summary>
    string Name { get; }

    string Description { get; }

    Task RunAsync(ScenarioContext context, CancellationToken cancellationToken);
}
