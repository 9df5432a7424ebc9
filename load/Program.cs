using IdempotencyGateway.Load.Commands;

// list                names scenarios and comparisons
// run NAME...         loads the gateway and tells whether it kept what it has to
// compare [NAME...]   measures each comparison, both sides in turns, and prints the ratio
// report FILE...      shows earlier reports
// serve WHAT          runs a baseline as a process of its own; the others start these themselves
return await LoadCommandLine.RunAsync(args, Console.Out, Console.Error);
