namespace Spindle.Bench.Tls;

/// <summary>What is done with a contender whose server runs.</summary>
internal interface IWork
{
    Task RunAsync(IContender contender);
}
